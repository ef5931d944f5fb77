// Command allocgate runs the released allocgate of this version. The first time, it downloads the archive and compares it with the
// SHA-256 in table.go. ALLOCGATE_BINARY names another binary.
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"syscall"
	"time"
)

// archive is a file of a release, and its SHA-256.
type archive struct{ name, sum string }

func main() {
	binary, err := find(runtime.GOOS + "/" + runtime.GOARCH)
	if err == nil {
		err = run(binary)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(2) // as allocgate does on an error
	}
}

// find returns the path of the binary for a platform, and downloads it if it is not there yet.
func find(platform string) (string, error) {
	if binary := os.Getenv("ALLOCGATE_BINARY"); binary != "" {
		return binary, nil
	}
	if len(archives) == 0 {
		return "", errors.New("this launcher is a development version, which has no binary\n" +
			"help: take a released one with go get -tool …@latest, or set ALLOCGATE_BINARY to a binary")
	}
	it, ok := archives[platform]
	if !ok {
		var known []string
		for platform := range archives {
			known = append(known, platform)
		}
		sort.Strings(known)
		return "", fmt.Errorf("no binary for this platform, got %s; expected one of %s\n"+
			"help: build allocgate from source, and set ALLOCGATE_BINARY to the binary", platform, strings.Join(known, ", "))
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	folder := filepath.Join(cache, "allocgate-go", version+"-"+it.sum[:16])
	binary := filepath.Join(folder, "allocgate")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	if _, err := os.Stat(binary); err == nil {
		return binary, nil
	}
	return binary, install(it, folder, binary)
}

// install downloads an archive, checks it, and writes its binary. Another process may do the same meanwhile.
func install(it archive, folder, binary string) error {
	url := source + "/" + it.name
	packed, err := download(url)
	if err != nil {
		return fmt.Errorf("%w\nhelp: without network, set ALLOCGATE_BINARY to a binary", err)
	}
	if sum := sha256.Sum256(packed); hex.EncodeToString(sum[:]) != it.sum {
		return fmt.Errorf("%s: wrong SHA-256, got %x; expected %s", url, sum, it.sum)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	file, err := os.CreateTemp(folder, ".download-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) // fails if it has its name
	err = errors.Join(unpack(packed, filepath.Base(binary), file), file.Chmod(0o755), file.Close())
	if err != nil {
		return fmt.Errorf("%s: %w", url, err)
	}
	return os.Rename(file.Name(), binary)
}

func download(url string) ([]byte, error) {
	client := http.Client{Timeout: 10 * time.Minute}
	response, err := client.Get(url)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: got %s; expected 200 OK", url, response.Status)
	}
	return io.ReadAll(response.Body)
}

// unpack writes the file of this name in a packed archive.
func unpack(packed []byte, name string, out io.Writer) error {
	unzipped, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return err
	}
	files := tar.NewReader(unzipped)
	for {
		header, err := files.Next()
		if err != nil {
			return fmt.Errorf("no file %s in the archive: %w", name, err)
		}
		if path.Base(header.Name) == name && header.Typeflag == tar.TypeReg {
			_, err = io.Copy(out, files)
			return err
		}
	}
}

// run becomes the binary, so that its exit code, signals and streams are those of this process. Windows cannot do that: there it runs
// the binary to its end, and Ctrl-C reaches both.
func run(binary string) error {
	if runtime.GOOS != "windows" {
		return fmt.Errorf("%s: %w", binary, syscall.Exec(binary, append([]string{"allocgate"}, os.Args[1:]...), os.Environ()))
	}
	signal.Ignore(os.Interrupt)
	command := exec.Command(binary, os.Args[1:]...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := command.Run()
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		os.Exit(ended.ExitCode())
	}
	return err
}
