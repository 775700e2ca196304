// Package sms carries SMS to a gateway: to a webhook, which any provider can be
// put behind with a few lines, or to the Amazon SNS API.
//
// It owns the --sms setting (see [Open]), how a gateway is called, and what its
// answer means for the next attempt. What an SMS says is made by package
// message; retries are the dispatcher's.
package sms
