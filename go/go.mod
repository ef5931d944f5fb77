module github.com/OWNER/allocgate/go

go 1.21 // the oldest that compiles it: a newer one would raise that of every module with this tool
