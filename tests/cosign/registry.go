package main

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

const repository = "lab/image"

// serve starts a registry on loopback with the manifests of a layout, byte for byte. Each gets the tag that is its
// reference name, or none.
func serve(directory string, referrers bool) (string, func(), error) {
	server := httptest.NewServer(registry.New(
		registry.Logger(log.New(io.Discard, "", 0)),
		registry.WithReferrersSupport(referrers),
	))
	if err := fill(server.URL+"/v2/"+repository, layout.Path(directory)); err != nil {
		server.Close()
		return "", nil, err
	}
	return strings.TrimPrefix(server.URL, "http://"), server.Close, nil
}

func fill(base string, path layout.Path) error {
	index, err := path.ImageIndex()
	if err != nil {
		return err
	}
	entries, err := index.IndexManifest()
	if err != nil {
		return err
	}
	for _, entry := range entries.Manifests {
		raw, err := path.Bytes(entry.Digest)
		if err != nil {
			return err
		}
		manifest, err := v1.ParseManifest(bytes.NewReader(raw))
		if err != nil {
			return err
		}
		for _, blob := range append(manifest.Layers, manifest.Config) {
			content, err := path.Bytes(blob.Digest)
			if err != nil {
				return err
			}
			at := fmt.Sprintf("%s/blobs/uploads/?digest=%s", base, blob.Digest)
			if err := send(http.MethodPost, at, "application/octet-stream", content); err != nil {
				return err
			}
		}
		reference := entry.Annotations["org.opencontainers.image.ref.name"]
		if reference == "" {
			reference = entry.Digest.String()
		}
		if err := send(http.MethodPut, base+"/manifests/"+reference, string(entry.MediaType), raw); err != nil {
			return err
		}
	}
	return nil
}

func send(method, url, kind string, content []byte) error {
	request, err := http.NewRequest(method, url, bytes.NewReader(content))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", kind)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusCreated {
		said, _ := io.ReadAll(response.Body)
		return fmt.Errorf("%s %s: %s: %s", method, url, response.Status, said)
	}
	return nil
}
