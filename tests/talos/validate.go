package main

import (
	"errors"

	"github.com/hashicorp/go-multierror"

	"github.com/siderolabs/talos/pkg/machinery/config/configloader"
	"github.com/siderolabs/talos/pkg/machinery/config/validation"
)

type validating struct {
	Config string `json:"config"`
	// metal, cloud or container, as talosctl knows them.
	Mode   string `json:"mode"`
	Strict bool   `json:"strict"`
}

type mode string

func (mode mode) String() string        { return string(mode) }
func (mode mode) RequiresInstall() bool { return mode == "metal" }
func (mode mode) InContainer() bool     { return mode == "container" }

func (asked validating) complaints() (warnings, refusals []string, err error) {
	provider, err := configloader.NewFromBytes([]byte(asked.Config))
	if err != nil {
		return nil, nil, err
	}
	options := []validation.Option{validation.WithLocal()}
	if asked.Strict {
		options = append(options, validation.WithStrict())
	}
	warnings, failure := provider.Validate(mode(asked.Mode), options...)
	return warnings, flat(failure), nil
}

// flat takes the lists of errors apart that the library nests.
func flat(err error) []string {
	if err == nil {
		return nil
	}
	parts := parts(err)
	if parts == nil {
		return []string{err.Error()}
	}
	var all []string
	for _, part := range parts {
		all = append(all, flat(part)...)
	}
	return all
}

// parts are those of a list of errors, or of one inside a single error.
func parts(err error) []error {
	switch list := err.(type) {
	case nil:
		return nil
	case *multierror.Error:
		return list.Errors
	case interface{ Unwrap() []error }:
		return list.Unwrap()
	}
	return parts(errors.Unwrap(err))
}
