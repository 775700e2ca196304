package localkms

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"rockpool/internal/encsdk"
)

// maxBody is the largest request, in bytes: twice what AWS KMS takes.
const maxBody = 64 << 10

// maxDataKey is the longest data key that can be asked for, in bytes.
const maxDataKey = 1024

// ServeHTTP answers GenerateDataKey and Decrypt in the JSON protocol of AWS
// KMS. It does not look at signatures.
func (k *KMS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if r.Method != http.MethodPost {
		refuse(w, http.StatusMethodNotAllowed, "UnknownOperationException", "This is the API of a key management service: use POST.")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		refuse(w, http.StatusBadRequest, "SerializationException", "The request cannot be read.")
		return
	}
	var in request
	if json.Unmarshal(body, &in) != nil {
		refuse(w, http.StatusBadRequest, "SerializationException", "The request is not JSON of the expected form.")
		return
	}
	switch r.Header.Get("X-Amz-Target") {
	case "TrentService.GenerateDataKey":
		k.serveGenerateDataKey(w, in)
	case "TrentService.Decrypt":
		k.serveDecrypt(w, in)
	default:
		refuse(w, http.StatusBadRequest, "UnknownOperationException", "Only GenerateDataKey and Decrypt are offered here.")
	}
}

type request struct {
	KeyID             string            `json:"KeyId"`
	KeySpec           string            `json:"KeySpec"`
	NumberOfBytes     int               `json:"NumberOfBytes"`
	CiphertextBlob    []byte            `json:"CiphertextBlob"`
	EncryptionContext map[string]string `json:"EncryptionContext"`
}

type response struct {
	KeyID               string `json:"KeyId"`
	Plaintext           []byte `json:"Plaintext"`
	CiphertextBlob      []byte `json:"CiphertextBlob,omitzero"`
	EncryptionAlgorithm string `json:"EncryptionAlgorithm,omitzero"`
}

func (k *KMS) serveGenerateDataKey(w http.ResponseWriter, in request) {
	size := in.NumberOfBytes
	switch in.KeySpec {
	case "":
	case "AES_256":
		size = encsdk.DataKeySize
	case "AES_128":
		size = encsdk.DataKeySize / 2
	default:
		size = 0
	}
	if size < 1 || size > maxDataKey {
		refuse(w, http.StatusBadRequest, "ValidationException", "KeySpec must be AES_256 or AES_128, or NumberOfBytes between 1 and 1024.")
		return
	}
	plaintext := make([]byte, size)
	rand.Read(plaintext)
	sealed, err := k.seal(in.KeyID, plaintext, in.EncryptionContext)
	if err != nil {
		refuse(w, http.StatusBadRequest, "ValidationException", "KeyId or EncryptionContext is not usable.")
		return
	}
	reply(w, http.StatusOK, response{KeyID: in.KeyID, Plaintext: plaintext, CiphertextBlob: sealed})
}

func (k *KMS) serveDecrypt(w http.ResponseWriter, in request) {
	keyID, plaintext, err := k.Decrypt(in.CiphertextBlob, in.EncryptionContext)
	switch {
	case errors.Is(err, ErrInvalidCiphertext):
		refuse(w, http.StatusBadRequest, "InvalidCiphertextException", "")
	case err != nil:
		refuse(w, http.StatusInternalServerError, "KMSInternalException", "")
	case in.KeyID != "" && in.KeyID != keyID:
		refuse(w, http.StatusBadRequest, "IncorrectKeyException", "The key ID in the request does not identify a CMK that can perform this operation.")
	default:
		reply(w, http.StatusOK, response{KeyID: keyID, Plaintext: plaintext, EncryptionAlgorithm: "SYMMETRIC_DEFAULT"})
	}
}

func refuse(w http.ResponseWriter, status int, name, message string) {
	reply(w, status, map[string]string{"__type": name, "message": message})
}

func reply(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		http.Error(w, "the answer cannot be written", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client may have gone
}
