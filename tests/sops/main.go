// Command sops is the code of SOPS that encrypts and decrypts YAML files for age keys.
//
//	sops encrypt RECIPIENT... < plain > sealed
//	SOPS_AGE_KEY_FILE=keys.txt sops decrypt < sealed > plain
package main

import (
	"io"
	"log"
	"os"

	"github.com/getsops/sops/v3"
	"github.com/getsops/sops/v3/aes"
	"github.com/getsops/sops/v3/age"
	"github.com/getsops/sops/v3/cmd/sops/common"
	"github.com/getsops/sops/v3/config"
	"github.com/getsops/sops/v3/decrypt"
	"github.com/getsops/sops/v3/keyservice"
	"github.com/getsops/sops/v3/stores/yaml"
	"github.com/getsops/sops/v3/version"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) < 2 {
		log.Fatal("encrypt or decrypt?")
	}
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		log.Fatal(err)
	}
	var result []byte
	switch os.Args[1] {
	case "encrypt":
		result, err = encrypt(text, os.Args[2:])
	case "decrypt":
		result, err = decrypt.Data(text, "yaml")
	default:
		log.Fatalf("what is %q?", os.Args[1])
	}
	if err != nil {
		log.Fatal(err)
	}
	if _, err := os.Stdout.Write(result); err != nil {
		log.Fatal(err)
	}
}

func encrypt(text []byte, recipients []string) ([]byte, error) {
	store := yaml.NewStore(&config.YAMLStoreConfig{Indent: 4})
	branches, err := store.LoadPlainFile(text)
	if err != nil {
		return nil, err
	}
	var group sops.KeyGroup
	for _, recipient := range recipients {
		key, err := age.MasterKeyFromRecipient(recipient)
		if err != nil {
			return nil, err
		}
		group = append(group, key)
	}
	tree := sops.Tree{Branches: branches, Metadata: sops.Metadata{
		KeyGroups:         []sops.KeyGroup{group},
		UnencryptedSuffix: sops.DefaultUnencryptedSuffix,
		Version:           version.Version,
	}}
	key, errs := tree.GenerateDataKeyWithKeyServices([]keyservice.KeyServiceClient{keyservice.NewLocalClient()})
	for _, err := range errs {
		return nil, err
	}
	if err := common.EncryptTree(common.EncryptTreeOpts{Tree: &tree, Cipher: aes.NewCipher(), DataKey: key}); err != nil {
		return nil, err
	}
	return store.EmitEncryptedFile(tree)
}
