package main

import (
	"github.com/siderolabs/talos/pkg/machinery/config/configloader"
	"github.com/siderolabs/talos/pkg/machinery/config/configpatcher"
	"github.com/siderolabs/talos/pkg/machinery/config/encoder"
)

type patching struct {
	Config  string   `json:"config"`
	Patches []string `json:"patches"`
}

func (asked patching) config() (string, error) {
	provider, err := configloader.NewFromBytes([]byte(asked.Config))
	if err != nil {
		return "", err
	}
	var patches []configpatcher.Patch
	for _, text := range asked.Patches {
		patch, err := configpatcher.LoadPatch([]byte(text))
		if err != nil {
			return "", err
		}
		patches = append(patches, patch)
	}
	output, err := configpatcher.Apply(configpatcher.WithConfig(provider), patches)
	if err != nil {
		return "", err
	}
	patched, err := output.Config()
	if err != nil {
		return "", err
	}
	return patched.EncodeString(encoder.WithComments(encoder.CommentsDisabled))
}
