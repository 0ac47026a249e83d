package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/fluxcd/pkg/apis/meta"
	"github.com/fluxcd/pkg/artifact/storage"
	"github.com/fluxcd/pkg/oci"
	"github.com/fluxcd/pkg/sourceignore"
	"github.com/fluxcd/pkg/tar"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// pull does what reconcileSource and reconcileArtifact of source-controller's internal/controller/
// ocirepository_controller.go (v1.7.3) do, in their order and with their options, for a source with a digest and
// without selectors, signatures and credentials.
func pull(source *sourcev1.OCIRepository, proxy *url.URL, artifacts *storage.Storage) (*meta.Artifact, error) {
	if source.Spec.Reference == nil || source.Spec.Reference.Digest == "" || source.Spec.LayerSelector != nil {
		return nil, errors.New("only sources with a digest and the first layer are read here")
	}
	address := strings.TrimPrefix(source.Spec.URL, sourcev1.OCIRepositoryPrefix)
	reference, err := name.NewDigest(address+"@"+source.Spec.Reference.Digest, name.Insecure)
	if err != nil {
		return nil, err
	}
	transport := remote.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = http.ProxyURL(proxy)
	image, err := remote.Image(reference,
		remote.WithContext(context.Background()),
		remote.WithUserAgent(oci.UserAgent),
		remote.WithTransport(transport),
	)
	if err != nil {
		return nil, fmt.Errorf("failed to pull artifact from '%s': %w", source.Spec.URL, err)
	}
	if _, err := image.Manifest(); err != nil {
		return nil, fmt.Errorf("failed to parse artifact manifest: %w", err)
	}
	layers, err := image.Layers()
	if err != nil {
		return nil, fmt.Errorf("failed to parse artifact layers: %w", err)
	}
	if len(layers) < 1 {
		return nil, errors.New("no layers found in artifact")
	}
	blob, err := layers[0].Compressed()
	if err != nil {
		return nil, fmt.Errorf("failed to extract the first layer from artifact: %w", err)
	}
	directory, err := os.MkdirTemp("", "ocirepository-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(directory)
	if err := tar.Untar(blob, directory, tar.WithMaxUntarSize(-1), tar.WithSkipSymlinks()); err != nil {
		return nil, fmt.Errorf("failed to extract layer contents from artifact: %w", err)
	}
	return archive(source, directory, artifacts)
}

func archive(source *sourcev1.OCIRepository, directory string, artifacts *storage.Storage) (*meta.Artifact, error) {
	revision := source.Spec.Reference.Digest
	artifact := artifacts.NewArtifactFor(sourcev1.OCIRepositoryKind, source, revision,
		strings.TrimPrefix(revision, "sha256:")+".tar.gz")
	if err := artifacts.MkdirAll(artifact); err != nil {
		return nil, err
	}
	domain := strings.Split(directory, string(filepath.Separator))
	patterns, err := sourceignore.LoadIgnorePatterns(directory, domain)
	if err != nil {
		return nil, fmt.Errorf("failed to load source ignore patterns from repository: %w", err)
	}
	if source.Spec.Ignore != nil {
		patterns = append(patterns, sourceignore.ReadPatterns(strings.NewReader(*source.Spec.Ignore), domain)...)
	}
	if err := artifacts.Archive(&artifact, directory, storage.SourceIgnoreFilter(patterns, domain)); err != nil {
		return nil, fmt.Errorf("unable to archive artifact to storage: %w", err)
	}
	return &artifact, nil
}
