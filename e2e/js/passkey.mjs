// Passkeys in a real Chromium, on a page of http://localhost: made, used and
// misused, through the browser's own API and through Amplify.
import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { InitiateAuthCommand, SetUserPoolMfaConfigCommand } from '@aws-sdk/client-cognito-identity-provider'
import { build } from 'esbuild'
import { Browser, servePage } from './browser.mjs'
import { PASSWORD, newPool, newUser, play, sdk, startServer } from './stage.mjs'

const server = await startServer()
const idp = sdk()
const page = await servePage('<!doctype html><title>Passkeys</title>')
const browser = await Browser.start()

/** Makes a pool whose users sign in with passkeys of localhost, and a user with a token. */
async function newUserOfPasskeys(name, webAuthn = {}) {
  const pool = await newPool(
    idp, { ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] },
    { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } } },
  )
  await idp.send(new SetUserPoolMfaConfigCommand({
    UserPoolId: pool.id, MfaConfiguration: 'OFF', WebAuthnConfiguration: { RelyingPartyId: 'localhost', ...webAuthn },
  }))
  await newUser(idp, pool, name)
  const { AuthenticationResult } = await idp.send(new InitiateAuthCommand({
    ClientId: pool.client, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME: name, PASSWORD },
  }))
  return { ...pool, name, token: AuthenticationResult.AccessToken }
}

/** Opens the page with what its functions share. */
async function open() {
  const opened = await browser.open(page.origin)
  await opened.run((endpoint) => {
    /** Calls an operation and throws the name of its error. */
    window.call = async (operation, body) => {
      const answer = await fetch(endpoint, {
        method: 'POST', body: JSON.stringify(body),
        headers: { 'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': `AWSCognitoIdentityProviderService.${operation}` },
      })
      const text = await answer.text()
      const json = text ? JSON.parse(text) : {}
      if (!answer.ok) throw new Error(json.__type)
      return json
    }
    window.register = async (token) => {
      const { CredentialCreationOptions: options } = await call('StartWebAuthnRegistration', { AccessToken: token })
      const made = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      await call('CompleteWebAuthnRegistration', { AccessToken: token, Credential: made.toJSON() })
      return options
    }
    window.signIn = async (client, name) => {
      const asked = await call('InitiateAuth', {
        ClientId: client, AuthFlow: 'USER_AUTH', AuthParameters: { USERNAME: name, PREFERRED_CHALLENGE: 'WEB_AUTHN' },
      })
      if (asked.ChallengeName !== 'WEB_AUTHN') throw new Error(`asked for ${asked.ChallengeName} of ${asked.AvailableChallenges}`)
      const options = JSON.parse(asked.ChallengeParameters.CREDENTIAL_REQUEST_OPTIONS)
      const used = await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) })
      const answer = await call('RespondToAuthChallenge', {
        ClientId: client, ChallengeName: 'WEB_AUTHN', Session: asked.Session,
        ChallengeResponses: { USERNAME: name, CREDENTIAL: JSON.stringify(used.toJSON()) },
      })
      return answer.AuthenticationResult
    }
  }, server.endpoint)
  return opened
}

/** Amplify's auth category, as a bundler puts it into an app. */
async function bundleAmplify() {
  const { outputFiles: [bundle] } = await build({
    stdin: {
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
      contents: `
        import { Amplify } from '@aws-amplify/core'
        import * as auth from '@aws-amplify/auth'
        import { cognitoUserPoolsTokenProvider as tokenProvider } from '@aws-amplify/auth/cognito'
        Object.assign(window, { auth, configure(Auth) {
          tokenProvider.setAuthConfig(Auth)
          Amplify.configure({ Auth }, { Auth: { tokenProvider } })
        } })`,
    },
    bundle: true, write: false, format: 'iife', logLevel: 'error',
  })
  return bundle.text
}

const stories = {
  async amplify_makes_and_uses_passkeys() {
    const user = await newUserOfPasskeys('amplified')
    const tab = await open()
    await tab.run(`() => { ${await bundleAmplify()} }`)
    await tab.run((Cognito) => configure({ Cognito }), {
      userPoolId: user.id, userPoolClientId: user.client, userPoolEndpoint: server.endpoint,
    })
    assert.equal(await tab.run(async (username, password) => (await auth.signIn({ username, password })).isSignedIn, user.name, PASSWORD), true)
    const passkeys = await tab.run(async () => {
      await auth.associateWebAuthnCredential()
      return (await auth.listWebAuthnCredentials({ pageSize: 1 })).credentials
    })
    assert.equal(passkeys.length, 1)
    assert.equal(passkeys[0].relyingPartyId, 'localhost')
    const signedIn = await tab.run(async (username) => {
      await auth.signOut()
      const { isSignedIn } = await auth.signIn({ username, options: { authFlowType: 'USER_AUTH', preferredChallenge: 'WEB_AUTHN' } })
      return isSignedIn && (await auth.getCurrentUser()).username
    }, user.name)
    assert.equal(signedIn, user.name)
    const left = await tab.run(async (credentialId) => {
      await auth.deleteWebAuthnCredential({ credentialId })
      return (await auth.listWebAuthnCredentials()).credentials
    }, passkeys[0].credentialId)
    assert.deepEqual(left, [])
  },

  async a_passkey_is_made_and_signs_in() {
    const user = await newUserOfPasskeys('made')
    const tab = await open()
    await tab.run((token) => register(token), user.token)
    const { Credentials: [passkey, ...more] } = await tab.run((token) => call('ListWebAuthnCredentials', { AccessToken: token }), user.token)
    assert.deepEqual(more, [])
    assert.deepEqual(
      [passkey.RelyingPartyId, passkey.AuthenticatorAttachment, passkey.AuthenticatorTransports], ['localhost', 'platform', ['internal']],
    )
    const { credentials: [kept] } = await tab.authenticator('getCredentials')
    assert.equal(Buffer.from(kept.credentialId, 'base64').toString('base64url'), passkey.CredentialId)
    assert.ok(kept.isResidentCredential)
    for (let i = 0; i < 2; i++) {
      const tokens = await tab.run((client, name) => signIn(client, name), user.client, user.name)
      assert.equal(tokens.TokenType, 'Bearer')
      const seen = await tab.run((token) => call('GetUser', { AccessToken: token }), tokens.AccessToken)
      assert.equal(seen.Username, user.name)
    }
  },

  async an_authenticator_makes_no_second_passkey() {
    const user = await newUserOfPasskeys('twice')
    const tab = await open()
    await tab.run((token) => register(token), user.token)
    await assert.rejects(tab.run((token) => register(token), user.token), /InvalidStateError/)
    await tab.authenticator('removeVirtualAuthenticator')
    await tab.addAuthenticator()
    await tab.run((token) => register(token), user.token)
    const { Credentials } = await tab.run((token) => call('ListWebAuthnCredentials', { AccessToken: token }), user.token)
    assert.equal(Credentials.length, 2)
  },

  async a_deleted_passkey_signs_nobody_in() {
    const user = await newUserOfPasskeys('deleted')
    const tab = await open()
    await tab.run((token) => register(token), user.token)
    await tab.run(async (token) => {
      const { Credentials: [{ CredentialId }] } = await call('ListWebAuthnCredentials', { AccessToken: token })
      await call('DeleteWebAuthnCredential', { AccessToken: token, CredentialId })
    }, user.token)
    await assert.rejects(tab.run((client, name) => signIn(client, name), user.client, user.name), /asked for SELECT_CHALLENGE/)
  },

  async a_copy_of_the_key_is_noticed() {
    const user = await newUserOfPasskeys('cloned')
    const tab = await open()
    await tab.run((token) => register(token), user.token)
    const { credentials: [copy] } = await tab.authenticator('getCredentials')
    await tab.run((client, name) => signIn(client, name), user.client, user.name)
    // The copy does not know that the key was used.
    await tab.authenticator('removeCredential', { credentialId: copy.credentialId })
    await tab.authenticator('addCredential', { credential: copy })
    await assert.rejects(tab.run((client, name) => signIn(client, name), user.client, user.name), /NotAuthorizedException/)
  },

  async another_key_signs_nobody_in() {
    const [ada, eve] = [await newUserOfPasskeys('ada'), await newUserOfPasskeys('eve')]
    const tab = await open()
    await tab.run((token) => register(token), ada.token)
    const { credentials: [hers] } = await tab.authenticator('getCredentials')
    await tab.authenticator('clearCredentials')
    await tab.run((token) => register(token), eve.token)
    const { credentials: [other] } = await tab.authenticator('getCredentials')
    await tab.authenticator('clearCredentials')
    await tab.authenticator('addCredential', { credential: { ...other, credentialId: hers.credentialId, userHandle: hers.userHandle } })
    await assert.rejects(tab.run((client, name) => signIn(client, name), ada.client, ada.name), /NotAuthorizedException/)
  },

  async the_user_must_be_verified_where_the_pool_wants_it() {
    const user = await newUserOfPasskeys('verified', { UserVerification: 'required' })
    const tab = await open()
    const options = await tab.run((token) => register(token), user.token)
    assert.equal(options.authenticatorSelection.userVerification, 'required')
    await tab.run((client, name) => signIn(client, name), user.client, user.name)
    await tab.authenticator('setUserVerified', { isUserVerified: false })
    await assert.rejects(tab.run((client, name) => signIn(client, name), user.client, user.name), /NotAllowedError/)
    // A browser that does not ask for it cannot get around it either.
    await assert.rejects(tab.run(async (client, name) => {
      const get = navigator.credentials.get.bind(navigator.credentials)
      navigator.credentials.get = ({ publicKey }) => get({ publicKey: { ...publicKey, userVerification: 'discouraged' } })
      await signIn(client, name)
    }, user.client, user.name), /NotAuthorizedException/)
  },

  async a_challenge_is_answered_once() {
    const user = await newUserOfPasskeys('once')
    const tab = await open()
    const [first, second] = await tab.run(async (token) => {
      const { CredentialCreationOptions: options } = await call('StartWebAuthnRegistration', { AccessToken: token })
      const made = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      const complete = () => call('CompleteWebAuthnRegistration', { AccessToken: token, Credential: made.toJSON() })
      return [await complete().then(() => 'done'), await complete().catch((e) => e.message)]
    }, user.token)
    assert.deepEqual([first, second], ['done', 'WebAuthnChallengeNotFoundException'])
  },

  async a_page_of_another_site_gets_no_passkey() {
    const user = await newUserOfPasskeys('elsewhere', { RelyingPartyId: 'app.localhost' })
    const tab = await open()
    await assert.rejects(tab.run((token) => register(token), user.token), /SecurityError/)
    // A browser that would make one for the page's own site does not help.
    await assert.rejects(tab.run(async (token) => {
      const create = navigator.credentials.create.bind(navigator.credentials)
      navigator.credentials.create = ({ publicKey }) => create({ publicKey: { ...publicKey, rp: { id: 'localhost', name: 'x' } } })
      await register(token)
    }, user.token), /WebAuthnOriginNotAllowedException/)
  },
}

try {
  await play(stories)
} finally {
  await browser.close()
  page.close()
}
