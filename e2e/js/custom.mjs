// Custom challenges, with amazon-cognito-identity-js and the AWS SDK.
import assert from 'node:assert/strict'
import { InitiateAuthCommand, RespondToAuthChallengeCommand } from '@aws-sdk/client-cognito-identity-provider'
import { AuthenticationDetails, CognitoUser, CognitoUserPool } from 'amazon-cognito-identity-js'
import { PASSWORD, newPool, newUser, play, sdk, startServer } from './stage.mjs'

const server = await startServer()
const idp = sdk()

const arn = (name) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`
const functions = {
  LambdaConfig: {
    DefineAuthChallenge: arn('riddle-define'), CreateAuthChallenge: arn('riddle-create'), VerifyAuthChallengeResponse: arn('riddle-verify'),
  },
}

/** A user who exists, in a pool with riddles. */
async function app(name) {
  const pool = await newPool(idp, { ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] }, functions)
  const user = new CognitoUser({ Username: name, Pool: new CognitoUserPool({ UserPoolId: pool.id, ClientId: pool.client, endpoint: server.endpoint }) })
  user.setAuthenticationFlowType('CUSTOM_AUTH')
  await newUser(idp, pool, name)
  return { pool, user }
}

/** Takes a step and returns the session, or the parameters of a challenge. */
const step = (run) => new Promise((resolve, reject) => run({
  onSuccess: (session) => resolve({ session }), onFailure: reject, customChallenge: (parameters) => resolve({ parameters }),
}))

const hasCode = (code, message) => (e) => (e.code ?? e.name) === code && e.message === message
const refused = hasCode('NotAuthorizedException', 'Incorrect username or password.')

await play({
  async a_riddle_signs_in() {
    const { user } = await app('riddler')
    const asked = await step((callbacks) => user.initiateAuth(new AuthenticationDetails({ Username: 'riddler' }), callbacks))
    assert.equal(asked.parameters.question, '19 + 23')
    assert.equal(asked.parameters.sum, undefined)
    const { session } = await step((callbacks) => user.sendCustomChallengeAnswer('42', callbacks))
    assert.ok(session.isValid())
    assert.equal(session.getAccessToken().payload.username, 'riddler')
  },

  async a_riddle_after_the_password() {
    const { user } = await app('both')
    const details = new AuthenticationDetails({ Username: 'both', Password: PASSWORD })
    const asked = await step((callbacks) => user.authenticateUser(details, callbacks))
    assert.equal(asked.parameters.question, '19 + 23')
    assert.ok((await step((callbacks) => user.sendCustomChallengeAnswer('42', callbacks))).session.isValid())
  },

  async a_wrong_password_leads_to_no_riddle() {
    const { user } = await app('forgetful')
    const details = new AuthenticationDetails({ Username: 'forgetful', Password: 'Wr0ng-password' })
    await assert.rejects(step((callbacks) => user.authenticateUser(details, callbacks)), refused)
  },

  async a_second_wrong_answer_fails() {
    const { user } = await app('guesser')
    await step((callbacks) => user.initiateAuth(new AuthenticationDetails({ Username: 'guesser' }), callbacks))
    const again = await step((callbacks) => user.sendCustomChallengeAnswer('41', callbacks))
    assert.equal(again.parameters.question, '19 + 23')
    await assert.rejects(step((callbacks) => user.sendCustomChallengeAnswer('43', callbacks)), refused)
  },

  async a_session_is_answered_once() {
    const { pool } = await app('racer')
    const first = await idp.send(new InitiateAuthCommand({ AuthFlow: 'CUSTOM_AUTH', ClientId: pool.client, AuthParameters: { USERNAME: 'racer' } }))
    assert.equal(first.ChallengeName, 'CUSTOM_CHALLENGE')
    const answer = () => idp.send(new RespondToAuthChallengeCommand({
      ChallengeName: 'CUSTOM_CHALLENGE', ClientId: pool.client, Session: first.Session, ChallengeResponses: { USERNAME: 'racer', ANSWER: '42' },
    }))
    const outcomes = await Promise.allSettled([answer(), answer(), answer()])
    const won = outcomes.filter((o) => o.status === 'fulfilled')
    assert.equal(won.length, 1)
    assert.ok(won[0].value.AuthenticationResult.AccessToken)
    for (const o of outcomes) if (o.status === 'rejected') assert.ok(hasCode('NotAuthorizedException', 'Invalid session for the user, session can only be used once.')(o.reason), o.reason)
  },
})
