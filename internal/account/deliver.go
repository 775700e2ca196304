package account

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/message"
	"rockpool/internal/trigger"
)

// Delivery says where a code went, as CodeDeliveryDetails shows it.
type Delivery struct {
	Attribute   string // email or phone_number
	Medium      message.Medium
	Destination string // masked
}

// Wire is the delivery in the API's words.
func (d *Delivery) Wire() *cognito.CodeDeliveryDetailsType {
	if d == nil {
		return nil
	}
	return &cognito.CodeDeliveryDetailsType{
		AttributeName:  d.Attribute,
		DeliveryMedium: cognito.DeliveryMediumType(d.Medium),
		Destination:    d.Destination,
	}
}

// medium is how a message to an attribute's value travels.
func medium(attribute string) message.Medium {
	if attribute == "phone_number" {
		return message.SMS
	}
	return message.Email
}

// delivery describes a message to the value of an attribute.
func delivery(attribute, to string) *Delivery {
	m := medium(attribute)
	return &Delivery{Attribute: attribute, Medium: m, Destination: message.Mask(m, to)}
}

// simulated describes the delivery that a name without a user would have got.
func simulated(pool *catalog.Pool, typed, attribute string) *Delivery {
	m := medium(attribute)
	mac := func(name string) []byte { return pool.Key.MAC("simulated destination", name) }
	return &Delivery{Attribute: attribute, Medium: m, Destination: message.SimulatedDestination(m, pool.Fold(typed), mac)}
}

// letter is what a message to a user is composed of.
type letter struct {
	pool     *catalog.Pool
	clientID string // "" for an administrator's call
	user     *idp.User
	username string // what {username} becomes; the user's if empty
	purpose  message.Purpose
	to       string
	via      message.Medium
	code     string
	expires  time.Time
	metadata map[string]string
}

// compose asks the pool's CustomMessage trigger for a text and makes the
// message, or, where a function of the pool sends it, a message for that
// function, for which no text is needed. It sends nothing.
func (s *Service) compose(ctx context.Context, l letter) (message.Message, error) {
	username := l.username
	if username == "" {
		username = l.user.Username
	}
	if hasSender(l.pool.Settings.LambdaConfig, l.via) {
		return s.handedOver(ctx, l, username), nil
	}
	templates := message.TemplatesOf(&l.pool.Settings, l.pool.Features.MFA.Email)
	if templates.UsesLink(l.via, l.purpose) {
		return message.Message{}, ErrNoDomainForLink
	}
	text, err := s.Triggers.CustomMessage(ctx,
		Call(l.pool, l.clientID, l.user.Username, trigger.Source("CustomMessage_"+string(l.purpose))),
		trigger.CustomMessageRequest{
			UserAttributes: TriggerAttributes(l.user),
			ClientMetadata: l.metadata,
			DeveloperEmail: templates.Developer,
		})
	if err != nil {
		return message.Message{}, err
	}
	m, err := message.Render(message.Request{
		Templates: templates,
		Medium:    l.via,
		Purpose:   l.purpose,
		PoolID:    l.pool.ID,
		Username:  username,
		To:        l.to,
		Code:      l.code,
		Expires:   l.expires,
		Override:  message.Override(text),
	})
	if errors.Is(err, message.ErrUnusableOverride) {
		return message.Message{}, trigger.ErrInvalidResponse
	}
	if err != nil {
		return message.Message{}, fmt.Errorf("composing message: %w", err)
	}
	return m, nil
}

// ErrNoDomainForLink means that a code should travel as a link, but the pool
// has no domain that the link could lead to. The spelling is the service's.
var ErrNoDomainForLink = idp.InvalidParameter("Cannot perform specific action because there does not exist a valid use pool domain associated with the user pool")

// send hands a message over and reports a delivery that failed at once.
func (s *Service) send(ctx context.Context, m message.Message) error {
	if err := s.Messages.Send(ctx, m); err != nil {
		return idp.ErrCodeDelivery
	}
	return nil
}

// Call says for whom a trigger of the pool runs.
func Call(pool *catalog.Pool, clientID, username string, source trigger.Source) trigger.Call {
	return trigger.Call{PoolID: pool.ID, Config: pool.Settings.LambdaConfig, ClientID: clientID, UserName: username, Source: source}
}

// TriggerAttributes is what functions are told of a user: every attribute, the
// sub and the status, as texts.
func TriggerAttributes(u *idp.User) map[string]string {
	m := maps.Clone(u.Attributes)
	if m == nil {
		m = map[string]string{}
	}
	m["sub"] = u.Sub
	m["cognito:user_status"] = string(u.Status)
	return m
}
