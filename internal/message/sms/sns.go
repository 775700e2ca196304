package sms

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/logging"

	"rockpool/internal/message"
)

// snsTransport publishes each SMS through the SNS API.
type snsTransport struct {
	client *sns.Client
	sender string // SenderID; empty: the account's default
}

// newSNS reads sns://[KEY:SECRET@][host:port]?region=…&sender=…&tls=off. Without
// a host the endpoint is Amazon's own, without credentials they come from where
// the AWS SDK looks for them.
func newSNS(ctx context.Context, u *url.URL, o Options) (*snsTransport, error) {
	if strings.Trim(u.Path, "/") != "" || u.Fragment != "" || u.Opaque != "" {
		return nil, errors.New("there is something after the host; want only options such as ?region= there (and # or / in a secret escaped: %23, %2F)")
	}
	options, err := snsOptions(u.RawQuery)
	if err != nil {
		return nil, err
	}
	load := []func(*config.LoadOptions) error{config.WithRegion(options["region"])}
	if u.User != nil {
		secret, _ := u.User.Password()
		if u.User.Username() == "" || secret == "" {
			return nil, errors.New("credentials need both parts: sns://KEY:SECRET@…")
		}
		load = append(load, config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(u.User.Username(), secret, "")))
	}
	if options["tls"] == "off" && u.Host == "" {
		return nil, errors.New("option tls=off needs an endpoint: sns://host:port?region=us-east-1&tls=off")
	}
	cfg, err := config.LoadDefaultConfig(ctx, load...)
	if err != nil {
		return nil, fmt.Errorf("reading the AWS settings: %w", err)
	}
	if cfg.Region == "" {
		return nil, errors.New("the region is missing; want sns://?region=eu-west-1")
	}
	client := sns.NewFromConfig(cfg, func(so *sns.Options) {
		so.HTTPClient = client(o)
		so.Retryer = aws.NopRetryer{} // the dispatcher retries
		so.Logger = logging.Nop{}
		if u.Host != "" {
			scheme := "https://"
			if options["tls"] == "off" {
				scheme = "http://"
			}
			so.BaseEndpoint = aws.String(scheme + u.Host)
		}
	})
	return &snsTransport{client: client, sender: options["sender"]}, nil
}

func snsOptions(query string) (map[string]string, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, errors.New("the options after ? are not well-formed; want name=value&name=value")
	}
	options := map[string]string{}
	for name, list := range values {
		if len(list) != 1 || list[0] == "" {
			return nil, fmt.Errorf("option %q needs exactly one value", name)
		}
		switch {
		case name == "tls" && list[0] != "off":
			return nil, errors.New("option tls can only be off; TLS is on without it")
		case name != "tls" && name != "region" && name != "sender":
			return nil, fmt.Errorf("unknown option %q; there are region, sender and tls", name)
		}
		options[name] = list[0]
	}
	return options, nil
}

// Deliver implements [message.Transport].
func (t *snsTransport) Deliver(ctx context.Context, m message.Message) error {
	if err := checkNumber(m.To); err != nil {
		return err
	}
	attributes := map[string]types.MessageAttributeValue{
		// Codes are worth SNS's more reliable, dearer routes.
		"AWS.SNS.SMS.SMSType": text("Transactional"),
	}
	if t.sender != "" {
		attributes["AWS.SNS.SMS.SenderID"] = text(t.sender)
	}
	_, err := t.client.Publish(ctx, &sns.PublishInput{
		PhoneNumber: aws.String(m.To), Message: aws.String(m.Body), MessageAttributes: attributes,
	})
	if err != nil {
		return snsFailure(err)
	}
	return nil
}

func text(s string) types.MessageAttributeValue {
	return types.MessageAttributeValue{DataType: aws.String("String"), StringValue: aws.String(s)}
}

// snsFailure names an error of the API by its code alone: its message may quote
// the number.
func snsFailure(err error) error {
	api, isAPI := errors.AsType[smithy.APIError](err)
	res, isAnswer := errors.AsType[*awshttp.ResponseError](err)
	switch {
	case isAPI:
		e := &message.DeliveryError{Reason: "SNS answered " + api.ErrorCode(), Err: err}
		if strings.Contains(api.ErrorCode(), "Throttl") || isAnswer && ofStatus(res.HTTPStatusCode()) == message.Temporary {
			e.Failure = message.Temporary
		}
		return e
	case isAnswer && res.HTTPStatusCode() != 0: // 0: no answer came
		return answered("SNS", res.HTTPStatusCode(), err)
	}
	return message.Classify("calling SNS", err)
}
