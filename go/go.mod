module github.com/OWNER/allocgate/go

go 1.24
