package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"rockpool/internal/config"
)

// writeCertificate writes a certificate for 127.0.0.1 and its key.
func writeCertificate(t *testing.T, certFile, keyFile, name string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for path, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: cert}, keyFile: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func nameOf(t *testing.T, c *tls.Certificate) string {
	t.Helper()
	leaf, err := x509.ParseCertificate(c.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	return leaf.Subject.CommonName
}

func TestTLS(t *testing.T) {
	dir := t.TempDir()
	cfg := &config.Config{TLSCert: filepath.Join(dir, "cert.pem"), TLSKey: filepath.Join(dir, "key.pem")}
	writeCertificate(t, cfg.TLSCert, cfg.TLSKey, "first")
	secured, err := openTLS(cfg, quiet)
	if err != nil {
		t.Fatal(err)
	}
	listeners, err := listenLoopback("listen", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := newFace(http.NotFoundHandler(), listeners[:1], secured, quiet)
	go func() { _ = f.serve(listeners[0]) }() // ends when the server is closed
	defer f.server.Close()
	get := func(most uint16) (*http.Response, error) {
		c := &http.Client{Transport: &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true, MaxVersion: most}}}
		return c.Get("https://" + listeners[0].Addr().String())
	}
	res, err := get(tls.VersionTLS13)
	if err != nil {
		t.Fatalf("GET: %v", err)
	}
	res.Body.Close()
	if res.ProtoMajor != 2 {
		t.Errorf("GET: got %s, want HTTP/2", res.Proto)
	}
	if res, err := get(tls.VersionTLS11); err == nil {
		res.Body.Close()
		t.Error("GET over TLS 1.1: got an answer, want a refusal")
	}
}

// A renewed certificate is taken over; a broken one is not.
func TestCertificateIsRenewed(t *testing.T) {
	dir := t.TempDir()
	c := &certificate{certFile: filepath.Join(dir, "cert.pem"), keyFile: filepath.Join(dir, "key.pem"), logger: quiet}
	writeCertificate(t, c.certFile, c.keyFile, "first")
	if err := c.load(); err != nil {
		t.Fatal(err)
	}
	look := func(when, want string) {
		t.Helper()
		got, err := c.get(nil)
		if err != nil || nameOf(t, got) != want {
			t.Errorf("%s: got %v, %v, want the %s certificate", when, nameOf(t, got), err, want)
		}
	}
	writeCertificate(t, c.certFile, c.keyFile, "second")
	later := time.Now().Add(time.Minute)
	if err := os.Chtimes(c.certFile, later, later); err != nil {
		t.Fatal(err)
	}
	look("within a minute", "first")
	c.looked = time.Now().Add(-2 * certificateAge)
	look("after a minute", "second")
	if err := os.WriteFile(c.certFile, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	c.looked = time.Now().Add(-2 * certificateAge)
	look("with a broken file", "second")
}
