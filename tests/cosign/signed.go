package main

import (
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/sigstore/cosign/v3/pkg/oci/empty"
	"github.com/sigstore/cosign/v3/pkg/oci/mutate"
	"github.com/sigstore/cosign/v3/pkg/oci/static"
	"github.com/sigstore/sigstore/pkg/signature/payload"
)

type signed struct {
	// Repository and digest.
	Reference string `json:"reference"`
}

// answer does what `cosign sign` does up to the signature, for the bytes around it.
func (signed *signed) answer() (answer, error) {
	digest, err := name.NewDigest(signed.Reference)
	if err != nil {
		return answer{}, err
	}
	text, err := payload.Cosign{Image: digest}.MarshalJSON()
	if err != nil {
		return answer{}, err
	}
	signature, err := static.NewSignature(text, "")
	if err != nil {
		return answer{}, err
	}
	signatures, err := mutate.AppendSignatures(empty.Signatures(), false, signature)
	if err != nil {
		return answer{}, err
	}
	config, err := signatures.RawConfigFile()
	return answer{Payload: string(text), Config: string(config)}, err
}
