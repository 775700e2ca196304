// Sign-ins that begin with a choice, by the AWS SDK for JavaScript and by
// Amplify.
import assert from 'node:assert/strict'
import { Amplify } from '@aws-amplify/core'
import { autoSignIn, confirmSignIn, confirmSignUp, getCurrentUser, signIn, signOut, signUp } from '@aws-amplify/auth'
import { cognitoUserPoolsTokenProvider } from '@aws-amplify/auth/cognito'
import {
  CodeMismatchException, ConfirmSignUpCommand, GetUserAuthFactorsCommand, InitiateAuthCommand,
  InvalidParameterException, NotAuthorizedException, RespondToAuthChallengeCommand, SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { PASSWORD, code, newPool, newUser, play, sdk, startServer } from './stage.mjs'

const server = await startServer()
const idp = sdk()

const pool = await newPool(idp,
  { ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] },
  { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } } })

const choose = (USERNAME, parameters = {}, Session = undefined) => idp.send(new InitiateAuthCommand({
  ClientId: pool.client, AuthFlow: 'USER_AUTH', AuthParameters: { USERNAME, ...parameters }, Session,
}))

const answer = (asked, USERNAME, responses) => idp.send(new RespondToAuthChallengeCommand({
  ClientId: pool.client, ChallengeName: asked.ChallengeName, Session: asked.Session, ChallengeResponses: { USERNAME, ...responses },
}))

/** Another code of the same length. */
const another = (c) => String((Number(c) + 1) % 10 ** c.length).padStart(c.length, '0')

/** What a browser's local storage does. */
class Memory {
  items = new Map()
  async setItem(key, value) { this.items.set(key, value) }
  async getItem(key) { return this.items.get(key) ?? null }
  async removeItem(key) { this.items.delete(key) }
  async clear() { this.items.clear() }
}

const Auth = { Cognito: { userPoolId: pool.id, userPoolClientId: pool.client, userPoolEndpoint: server.endpoint } }
cognitoUserPoolsTokenProvider.setKeyValueStorage(new Memory())
cognitoUserPoolsTokenProvider.setAuthConfig(Auth)
Amplify.configure({ Auth }, { Auth: { tokenProvider: cognitoUserPoolsTokenProvider } })

const byChoice = (preferredChallenge) => ({ authFlowType: 'USER_AUTH', preferredChallenge })

await play({
  async a_code_is_chosen() {
    await newUser(idp, pool, 'chooser')
    const asked = await choose('chooser')
    assert.equal(asked.ChallengeName, 'SELECT_CHALLENGE')
    assert.deepEqual(asked.AvailableChallenges, ['PASSWORD_SRP', 'PASSWORD', 'EMAIL_OTP'])
    await assert.rejects(answer(asked, 'chooser', { ANSWER: 'WEB_AUTHN' }), (e) => e instanceof InvalidParameterException)
    const sent = await answer(asked, 'chooser', { ANSWER: 'EMAIL_OTP' })
    assert.equal(sent.ChallengeName, 'EMAIL_OTP')
    const right = await code(server, 'chooser@example.com')
    await assert.rejects(answer(sent, 'chooser', { EMAIL_OTP_CODE: another(right) }), (e) => e instanceof CodeMismatchException)
    const { AuthenticationResult } = await answer(sent, 'chooser', { EMAIL_OTP_CODE: right })
    await assert.rejects(answer(sent, 'chooser', { EMAIL_OTP_CODE: right }), (e) => e instanceof NotAuthorizedException)
    const own = await idp.send(new GetUserAuthFactorsCommand({ AccessToken: AuthenticationResult.AccessToken }))
    assert.deepEqual(own.ConfiguredUserAuthFactors, ['PASSWORD', 'EMAIL_OTP'])
  },

  async a_sign_up_without_a_password_signs_in() {
    const { Session, UserConfirmed } = await idp.send(new SignUpCommand({
      ClientId: pool.client, Username: 'bare', UserAttributes: [{ Name: 'email', Value: 'bare@example.com' }],
    }))
    assert.equal(UserConfirmed, false)
    const confirmed = await idp.send(new ConfirmSignUpCommand({
      ClientId: pool.client, Username: 'bare', ConfirmationCode: await code(server, 'bare@example.com'), Session,
    }))
    const { AuthenticationResult } = await choose('bare', { PREFERRED_CHALLENGE: 'EMAIL_OTP' }, confirmed.Session)
    assert.ok(AuthenticationResult.AccessToken)
    await assert.rejects(choose('bare', {}, confirmed.Session), (e) => e instanceof NotAuthorizedException)
    const factors = await idp.send(new GetUserAuthFactorsCommand({ AccessToken: AuthenticationResult.AccessToken }))
    assert.deepEqual(factors.ConfiguredUserAuthFactors, ['EMAIL_OTP'])
  },

  async amplify_takes_a_code() {
    await newUser(idp, pool, 'amp-code')
    const asked = await signIn({ username: 'amp-code', options: byChoice('EMAIL_OTP') })
    assert.equal(asked.nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE')
    const done = await confirmSignIn({ challengeResponse: await code(server, 'amp-code@example.com') })
    assert.ok(done.isSignedIn)
    assert.equal((await getCurrentUser()).username, 'amp-code')
    await signOut()
  },

  async amplify_proves_a_password() {
    await newUser(idp, pool, 'amp-srp')
    for (const way of ['PASSWORD_SRP', 'PASSWORD']) {
      assert.ok((await signIn({ username: 'amp-srp', password: PASSWORD, options: byChoice(way) })).isSignedIn, way)
      await signOut()
    }
  },

  async amplify_lets_the_user_choose() {
    await newUser(idp, pool, 'amp-choice')
    for (const way of ['PASSWORD_SRP', 'PASSWORD']) {
      const asked = await signIn({ username: 'amp-choice', options: byChoice() })
      assert.equal(asked.nextStep.signInStep, 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION')
      assert.deepEqual(asked.nextStep.availableChallenges, ['PASSWORD_SRP', 'PASSWORD', 'EMAIL_OTP'])
      await confirmSignIn({ challengeResponse: way })
      assert.ok((await confirmSignIn({ challengeResponse: PASSWORD })).isSignedIn, way)
      await signOut()
    }
    await signIn({ username: 'amp-choice', options: byChoice() })
    const sent = await confirmSignIn({ challengeResponse: 'EMAIL_OTP' })
    assert.equal(sent.nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE')
    assert.ok((await confirmSignIn({ challengeResponse: await code(server, 'amp-choice@example.com') })).isSignedIn)
    await signOut()
  },

  async amplify_signs_in_after_signing_up() {
    const made = await signUp({ username: 'amp-new', options: { userAttributes: { email: 'amp-new@example.com' }, autoSignIn: { authFlowType: 'USER_AUTH' } } })
    assert.equal(made.nextStep.signUpStep, 'CONFIRM_SIGN_UP')
    const confirmed = await confirmSignUp({ username: 'amp-new', confirmationCode: await code(server, 'amp-new@example.com') })
    assert.equal(confirmed.nextStep.signUpStep, 'COMPLETE_AUTO_SIGN_IN')
    assert.ok((await autoSignIn()).isSignedIn)
    assert.equal((await getCurrentUser()).username, 'amp-new')
    await signOut()
  },
})

process.stdout.write('', () => process.exit()) // Amplify waits for minutes for users who have signed up
