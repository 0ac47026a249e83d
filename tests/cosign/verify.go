package main

import (
	"context"
	"crypto"
	"fmt"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/sigstore/cosign/v3/pkg/cosign"
	"github.com/sigstore/cosign/v3/pkg/oci"
	"github.com/sigstore/sigstore/pkg/cryptoutils"
	"github.com/sigstore/sigstore/pkg/signature"
)

type verification struct {
	// Directory of an OCI layout with all that the registry holds.
	Layout string `json:"layout"`
	// Digest of the image.
	Digest string `json:"digest"`
	// Public key in PEM.
	Key string `json:"key"`
	// `signature`, `attestation` or `bundle`.
	Kind string `json:"kind"`
	// Whether the registry has the referrers API.
	Referrers bool `json:"referrers"`
}

// answer does what `cosign verify` and `cosign verify-attestation` do with `--key` and `--insecure-ignore-tlog`, which
// is also what Flux's source-controller does: cmd/cosign/cli/verify/{verify,verify_attestation}.go (v3.1.3).
func (verification *verification) answer() (answer, error) {
	host, stop, err := serve(verification.Layout, verification.Referrers)
	if err != nil {
		return answer{}, err
	}
	defer stop()
	image, err := name.NewDigest(host+"/"+repository+"@"+verification.Digest, name.Insecure)
	if err != nil {
		return answer{}, err
	}
	public, err := cryptoutils.UnmarshalPEMToPublicKey([]byte(verification.Key))
	if err != nil {
		return answer{}, err
	}
	verifier, err := signature.LoadVerifier(public, crypto.SHA256)
	if err != nil {
		return answer{}, err
	}
	options := &cosign.CheckOpts{
		SigVerifier:     verifier,
		ClaimVerifier:   cosign.IntotoSubjectClaimVerifier,
		IgnoreTlog:      true,
		IgnoreSCT:       true,
		Offline:         true,
		NewBundleFormat: verification.Kind == "bundle",
	}
	var accepted []oci.Signature
	switch verification.Kind {
	case "signature":
		options.ClaimVerifier = cosign.SimpleClaimVerifier
		accepted, _, err = cosign.VerifyImageSignatures(context.Background(), image, options)
	case "attestation":
		accepted, _, err = cosign.VerifyImageAttestations(context.Background(), image, options)
	case "bundle":
		accepted, _, err = cosign.VerifyImageAttestations(context.Background(), image, options, name.Insecure)
	default:
		err = fmt.Errorf("nothing is known of `%s`", verification.Kind)
	}
	if err != nil {
		return answer{}, err
	}
	answered := answer{}
	for _, one := range accepted {
		payload, err := one.Payload()
		if err != nil {
			return answer{}, err
		}
		answered.Payloads = append(answered.Payloads, string(payload))
	}
	return answered, nil
}
