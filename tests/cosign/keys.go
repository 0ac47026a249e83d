package main

import (
	"github.com/sigstore/cosign/v3/pkg/cosign"
	"github.com/sigstore/sigstore/pkg/cryptoutils"
)

type sealed struct {
	Key      string `json:"key"`
	Password string `json:"password"`
}

// open tells the public key of an encrypted private one.
func (sealed *sealed) open() (answer, error) {
	signer, err := cosign.LoadPrivateKey([]byte(sealed.Key), []byte(sealed.Password), nil)
	if err != nil {
		return answer{}, err
	}
	public, err := signer.PublicKey()
	if err != nil {
		return answer{}, err
	}
	text, err := cryptoutils.MarshalPublicKeyToPEM(public)
	return answer{Public: string(text)}, err
}

// generate is `cosign generate-key-pair`.
func (sealed *sealed) generate() (answer, error) {
	keys, err := cosign.GenerateKeyPair(func(bool) ([]byte, error) { return []byte(sealed.Password), nil })
	if err != nil {
		return answer{}, err
	}
	return answer{Private: string(keys.PrivateBytes), Public: string(keys.PublicBytes)}, nil
}
