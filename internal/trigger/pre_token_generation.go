package trigger

import (
	"context"

	"rockpool/internal/cognito"
)

// PreTokenGenerationRequest is what the PreTokenGeneration function is told.
type PreTokenGenerationRequest struct {
	UserAttributes map[string]string
	// Groups are the user's groups; nil if there is no user, which is the
	// case in TokenGenerationClientCredentials only.
	Groups *GroupConfiguration
	// Scopes are those of the access token. Version V1_0 does not see them.
	Scopes         []string
	ClientMetadata map[string]string
}

// GroupConfiguration is what tokens say of a user's groups.
type GroupConfiguration struct {
	Groups        []string // cognito:groups
	Roles         []string // cognito:roles, role ARNs
	PreferredRole string   // cognito:preferred_role, a role ARN
}

// TokenOverrides is what the PreTokenGeneration function changes of the
// tokens. Its zero value changes nothing. What the function asks for but may
// not have is not in it any more.
type TokenOverrides struct {
	ID     ClaimOverrides // version V1_0 changes only this
	Access ClaimOverrides

	// ScopesToAdd and ScopesToSuppress change the access token; a scope is in
	// at most one of them.
	ScopesToAdd      []string
	ScopesToSuppress []string

	// Groups replaces the group claims of both tokens, if it is not nil. An
	// empty value removes them. A group claim that is also suppressed by name
	// stays out of that token.
	Groups *GroupConfiguration
}

// ClaimOverrides are the changes of the claims of one token. A claim is in at
// most one of the two.
type ClaimOverrides struct {
	// AddOrOverride holds values of the types string, json.Number, bool,
	// []any and map[string]any; with version V1_0 only strings.
	AddOrOverride map[string]any
	// Suppress names claims to leave out. cognito:groups stands for
	// cognito:roles and cognito:preferred_role too.
	Suppress []string
}

type preTokenGenerationRequest struct {
	UserAttributes     map[string]string   `json:"userAttributes"`
	GroupConfiguration *groupConfiguration `json:"groupConfiguration"`
	Scopes             []string            `json:"scopes,omitzero"`
	ClientMetadata     map[string]string   `json:"clientMetadata,omitzero"`
}

type groupConfiguration struct {
	GroupsToOverride   []string `json:"groupsToOverride"`
	IAMRolesToOverride []string `json:"iamRolesToOverride"`
	PreferredRole      *string  `json:"preferredRole"`
}

type claimsResponse struct {
	ClaimsOverrideDetails *empty `json:"claimsOverrideDetails"`
}

type claimsAndScopeResponse struct {
	ClaimsAndScopeOverrideDetails *empty `json:"claimsAndScopeOverrideDetails"`
}

// PreTokenGeneration lets a function change the tokens that a user, or with
// version V3_0 an app client on its own, is about to get. An error means that
// there are no tokens.
func (e *Engine) PreTokenGeneration(ctx context.Context, call Call, in PreTokenGenerationRequest) (TokenOverrides, error) {
	arn, version := preTokenGeneration(call.Config)
	machine := call.Source == TokenGenerationClientCredentials
	if arn == "" || machine && version != cognito.PreTokenGenerationLambdaVersionV30 {
		return TokenOverrides{}, nil
	}
	request := preTokenGenerationRequest{
		UserAttributes: attributes(in.UserAttributes),
		ClientMetadata: in.ClientMetadata,
	}
	if machine {
		call.UserName = "ClientCredentials"
	} else {
		request.GroupConfiguration = in.Groups.wire()
	}
	r := run{trigger: "PreTokenGeneration", arn: arn, call: call}
	if version == cognito.PreTokenGenerationLambdaVersionV10 {
		r.version = "1"
		r.response = claimsResponse{}
	} else {
		r.version = "2"
		if version == cognito.PreTokenGenerationLambdaVersionV30 {
			r.version = "3"
		}
		r.response = claimsAndScopeResponse{}
		request.Scopes = append([]string{}, in.Scopes...)
	}
	r.request = request

	var out TokenOverrides
	err := e.do(ctx, r, func(response *reader) {
		if r.version == "1" {
			out = readClaims(response.object("claimsOverrideDetails"))
		} else {
			out = readClaimsAndScopes(response.object("claimsAndScopeOverrideDetails"))
		}
		out.enforce(call.ClientID)
		if machine {
			out.ID, out.Groups = ClaimOverrides{}, nil
		}
	})
	if err != nil {
		return TokenOverrides{}, err
	}
	return out, nil
}

// preTokenGeneration returns the function and the version of its events.
func preTokenGeneration(c *cognito.LambdaConfigType) (arn string, version cognito.PreTokenGenerationLambdaVersionType) {
	switch {
	case c == nil:
		return "", ""
	case c.PreTokenGenerationConfig != nil:
		return c.PreTokenGenerationConfig.LambdaARN, c.PreTokenGenerationConfig.LambdaVersion
	default:
		return c.PreTokenGeneration, cognito.PreTokenGenerationLambdaVersionV10
	}
}

// wire returns the groups as events show them: lists are never null.
func (g *GroupConfiguration) wire() *groupConfiguration {
	out := &groupConfiguration{GroupsToOverride: []string{}, IAMRolesToOverride: []string{}}
	if g == nil {
		return out
	}
	out.GroupsToOverride = append(out.GroupsToOverride, g.Groups...)
	out.IAMRolesToOverride = append(out.IAMRolesToOverride, g.Roles...)
	if g.PreferredRole != "" {
		out.PreferredRole = &g.PreferredRole
	}
	return out
}
