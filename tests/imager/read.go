package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"log"
	"os"

	"github.com/klauspost/compress/zstd"
	"github.com/u-root/u-root/pkg/cpio"
)

type file struct {
	Name   string `json:"name"`
	Mode   uint64 `json:"mode"`
	Size   uint64 `json:"size"`
	Time   uint64 `json:"time"`
	Digest string `json:"digest"`
}

func records(archive []byte) []file {
	files := []file{}

	err := cpio.ForEachRecord(cpio.Newc.Reader(bytes.NewReader(archive)), func(record cpio.Record) error {
		content := make([]byte, record.FileSize)

		if record.FileSize > 0 {
			if _, err := record.ReadAt(content, 0); err != nil && err != io.EOF {
				return err
			}
		}

		sum := sha256.Sum256(content)
		files = append(files, file{record.Name, record.Mode, record.FileSize, record.MTime, hex.EncodeToString(sum[:])})

		return nil
	})
	if err != nil {
		log.Fatal(err)
	}

	return files
}

// read prints the archives of an initramfs: what comes before the first compressed byte, and what is compressed.
func read(path string) {
	content, err := os.ReadFile(path)
	if err != nil {
		log.Fatal(err)
	}

	archives := [][]file{}

	magic := []byte{0x28, 0xb5, 0x2f, 0xfd}
	if bytes.HasPrefix(content, []byte("070701")) {
		at := bytes.Index(content, magic)
		if at < 0 {
			at = len(content)
		}

		archives = append(archives, records(content[:at]))
		content = content[at:]
	}

	if len(content) > 0 {
		reader, err := zstd.NewReader(bytes.NewReader(content))
		if err != nil {
			log.Fatal(err)
		}

		plain, err := io.ReadAll(reader)
		if err != nil {
			log.Fatal(err)
		}

		for len(plain) > 0 {
			archives = append(archives, records(plain))

			end := bytes.Index(plain, []byte("TRAILER!!!\x00"))
			plain = bytes.TrimLeft(plain[end+11:], "\x00")
		}
	}

	if err := json.NewEncoder(os.Stdout).Encode(archives); err != nil {
		log.Fatal(err)
	}
}
