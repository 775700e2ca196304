// The AWS SDK for JavaScript, and tokens checked by aws-jwt-verify.
import assert from 'node:assert/strict'
import {
  CodeMismatchException, ConfirmForgotPasswordCommand, ExpiredCodeException, ForgotPasswordCommand, GetTokensFromRefreshTokenCommand, GetUserCommand,
  InitiateAuthCommand, ListUsersCommand, NotAuthorizedException, RefreshTokenReuseException, UserNotFoundException, paginateListUserPools,
} from '@aws-sdk/client-cognito-identity-provider'
import { JwtRsaVerifier } from 'aws-jwt-verify'
import { SimpleJwksCache } from 'aws-jwt-verify/jwk'
import { validateCognitoJwtFields } from 'aws-jwt-verify/cognito-verifier'
import { NEW_PASSWORD, PASSWORD, code, newPool, newUser, play, sdk, startServer, wrong } from './stage.mjs'

const server = await startServer()
const idp = sdk()

const signIn = (pool, name, password = PASSWORD) => idp.send(new InitiateAuthCommand({
  ClientId: pool.client, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME: name, PASSWORD: password },
})).then((answer) => answer.AuthenticationResult)

// The library's own fetcher speaks https only.
const plainFetcher = { fetch: async (uri) => (await fetch(uri)).arrayBuffer() }

const isError = (type, message) => (e) => e instanceof type && e.message === message

await play({
  async a_password_is_reset() {
    const pool = await newPool(idp)
    await newUser(idp, pool, 'js-reset')
    const asked = await idp.send(new ForgotPasswordCommand({ ClientId: pool.client, Username: 'js-reset' }))
    assert.deepEqual(asked.CodeDeliveryDetails, { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'j***@e***' })
    const right = await code(server, 'js-reset@example.com')
    const confirm = (c) => idp.send(new ConfirmForgotPasswordCommand({ ClientId: pool.client, Username: 'js-reset', ConfirmationCode: c, Password: NEW_PASSWORD }))
    await assert.rejects(confirm(wrong(right)), isError(CodeMismatchException, 'Invalid verification code provided, please try again.'))
    await confirm(right)
    await assert.rejects(confirm(right), isError(ExpiredCodeException, 'Invalid code provided, please request a code again.'))
    await assert.rejects(signIn(pool, 'js-reset'), isError(NotAuthorizedException, 'Incorrect username or password.'))
    await signIn(pool, 'js-reset', NEW_PASSWORD)
  },

  async an_unknown_user_is_an_error_of_its_class() {
    const pool = await newPool(idp)
    await assert.rejects(
      idp.send(new ForgotPasswordCommand({ ClientId: pool.client, Username: 'nobody' })),
      isError(UserNotFoundException, 'Username/client id combination not found.'),
    )
  },

  async pools_and_users_are_listed() {
    const pool = await newPool(idp)
    await newUser(idp, pool, 'listed')
    const ids = []
    for await (const page of paginateListUserPools({ client: idp, pageSize: 2 }, { MaxResults: 2 })) ids.push(...page.UserPools.map((p) => p.Id))
    assert.ok(ids.includes(pool.id), `${ids} does not hold ${pool.id}`)
    const { Users } = await idp.send(new ListUsersCommand({ UserPoolId: pool.id, Filter: 'email = "listed@example.com"' }))
    assert.deepEqual(Users.map((u) => u.Username), ['listed'])
    assert.ok(Users[0].UserCreateDate instanceof Date)
  },

  async refresh_tokens_rotate() {
    const pool = await newPool(idp, {
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'], RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
    })
    await newUser(idp, pool, 'rotates')
    const first = await signIn(pool, 'rotates')
    const refresh = (token) => idp.send(new GetTokensFromRefreshTokenCommand({ ClientId: pool.client, RefreshToken: token })).then((a) => a.AuthenticationResult)
    const second = await refresh(first.RefreshToken)
    assert.ok(second.RefreshToken && second.RefreshToken !== first.RefreshToken, 'there is no new refresh token')
    const user = await idp.send(new GetUserCommand({ AccessToken: second.AccessToken }))
    assert.equal(user.Username, 'rotates')
    await assert.rejects(refresh(first.RefreshToken), (e) => e instanceof RefreshTokenReuseException)
  },

  async tokens_are_verified_with_the_keys_of_the_issuer() {
    const pool = await newPool(idp)
    await newUser(idp, pool, 'verified')
    const tokens = await signIn(pool, 'verified')
    const issuer = `${server.endpoint}/${pool.id}`
    const verify = (use) => JwtRsaVerifier.create(
      { issuer, audience: null, customJwtCheck: ({ payload }) => validateCognitoJwtFields(payload, { tokenUse: use, clientId: pool.client }) },
      { jwksCache: new SimpleJwksCache({ fetcher: plainFetcher }) },
    )
    const id = await verify('id').verify(tokens.IdToken)
    assert.equal(id['cognito:username'], 'verified')
    const access = await verify('access').verify(tokens.AccessToken)
    assert.equal(access.scope, 'aws.cognito.signin.user.admin')
    await assert.rejects(verify('access').verify(tokens.IdToken))
    const [head, body, signature] = tokens.IdToken.split('.')
    const forged = Buffer.from(JSON.stringify({ ...id, 'cognito:username': 'admin' })).toString('base64url')
    await assert.rejects(verify('id').verify([head, forged, signature].join('.')))
    assert.notEqual(body, forged)
  },
})
