package loadtest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/process"
)

// StartUp starts a server and returns how long it took to answer its first
// request to the API, and the running server.
func StartUp(ctx context.Context, o process.Options) (time.Duration, *process.Process, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	start := time.Now()
	p, err := process.Launch(o)
	if err != nil {
		return 0, nil, err
	}
	for {
		err := p.Call(ctx, "ListUserPools", &cognito.ListUserPoolsRequest{MaxResults: 1}, nil)
		if err == nil {
			return time.Since(start), p, nil
		}
		if !p.Alive() || ctx.Err() != nil {
			p.Kill()
			return 0, nil, fmt.Errorf("starting: %w\n%s", err, p.LogTail())
		}
		time.Sleep(time.Millisecond)
	}
}

// MedianStartUp starts and stops a server some times. options is asked before
// each start.
func MedianStartUp(ctx context.Context, times int, options func(i int) process.Options) (time.Duration, error) {
	var took []time.Duration
	for i := range times {
		d, p, err := StartUp(ctx, options(i))
		if err != nil {
			return 0, err
		}
		if err := p.Stop(); err != nil {
			return 0, err
		}
		took = append(took, d)
	}
	slices.Sort(took)
	return took[len(took)/2], nil
}
