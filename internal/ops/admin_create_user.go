package ops

import (
	"context"

	"rockpool/internal/account"
	"rockpool/internal/cognito"
)

// AdminCreateUser makes a user and sends an invitation, or sends an earlier
// one again.
func (a *API) AdminCreateUser(ctx context.Context, in *cognito.AdminCreateUserRequest) (*cognito.AdminCreateUserResponse, error) {
	pool, err := a.Catalog.Pool(ctx, in.UserPoolID)
	if err != nil {
		return nil, err
	}
	create := a.Accounts.AdminCreateUser
	if in.MessageAction == cognito.MessageActionResend {
		create = a.Accounts.ResendInvitation
	}
	user, err := create(ctx, account.AdminCreateUser{
		Pool:           pool,
		Username:       in.Username,
		Password:       in.TemporaryPassword,
		Attributes:     in.UserAttributes,
		Force:          isTrue(in.ForceAliasCreation),
		Suppress:       in.MessageAction == cognito.MessageActionSuppress,
		Media:          in.DesiredDeliveryMediums,
		ValidationData: validationData(in.ValidationData),
		Metadata:       in.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	return &cognito.AdminCreateUserResponse{User: describeUser(pool.UserPool, user, nil)}, nil
}
