package token

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"sync"
)

const keyBits = 2048

// KeyPool makes signing keys ahead of time, in one goroutine, because making
// one takes longer than anything else a request may do. A nil KeyPool makes
// each key when it is asked for.
type KeyPool struct {
	ready chan *rsa.PrivateKey
	stop  chan struct{}
	done  sync.WaitGroup
	once  sync.Once
}

// NewKeyPool starts making keys until size of them wait to be taken. A pool of
// users takes two.
func NewKeyPool(size int) *KeyPool {
	p := &KeyPool{ready: make(chan *rsa.PrivateKey, max(size, 1)), stop: make(chan struct{})}
	p.done.Go(p.fill)
	return p
}

func (p *KeyPool) fill() {
	for {
		key, err := newKey()
		if err != nil {
			return // whoever takes a key will meet the error and report it
		}
		select {
		case p.ready <- key:
		case <-p.stop:
			return
		}
	}
}

// Close stops the making of keys and waits for it to end.
func (p *KeyPool) Close() {
	if p == nil {
		return
	}
	p.once.Do(func() { close(p.stop) })
	p.done.Wait()
}

// take returns a key that nobody else has.
func (p *KeyPool) take() (*rsa.PrivateKey, error) {
	if p != nil {
		select {
		case key := <-p.ready:
			return key, nil
		default:
		}
	}
	return newKey()
}

func newKey() (*rsa.PrivateKey, error) {
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return nil, fmt.Errorf("making RSA key: %w", err)
	}
	return key, nil
}
