import { expect, test } from 'vitest';
import { dials, reached, type Play } from './board-fixture.ts';
import type { Call } from './call.ts';
import { outcomePolicies, standardPolicy, type PolicyName } from './outcome-policy.ts';
import { eventsOf, playUnder, shownIn, type Said } from './story-fixture.ts';

const rings: readonly Said[] = [
  [0, dials('p1', 'setup')],
  [50, reached('p2', '101', 'ringing')],
];
const givenUp = (endReason: 'noAnswer' | 'declined' | 'busy' | 'failed'): readonly Said[] => [
  ...rings,
  [20_000, reached('p2', '101', 'ended', { endReason })],
  [20_010, dials('p1', 'ended')],
];
const left = (after: number): readonly Said[] => [
  ...rings,
  [after, dials('p1', 'ended')],
  [after + 10, reached('p2', '101', 'ended', { endReason: 'cancelled' })],
];

/** The same nine calls for every policy. */
const calls = {
  answered: [
    ...rings,
    [4000, reached('p2', '101', 'answered')],
    [9000, dials('p1', 'ended')],
    [9010, reached('p2', '101', 'ended')],
  ],
  rangToItsLimit: givenUp('noAnswer'),
  declined: givenUp('declined'),
  busy: givenUp('busy'),
  failed: givenUp('failed'),
  leftAfterTwentySeconds: left(20_000),
  leftAfterThree: left(3000),
  leftAMessage: [
    ...rings,
    [20_000, reached('p2', '101', 'voicemail')],
    [40_000, dials('p1', 'ended')],
    [40_010, reached('p2', '101', 'ended')],
  ],
  leftTheMenu: [
    [0, dials('p1', 'setup')],
    [50, reached('p2', '300', 'answered')],
    [20_000, dials('p1', 'ended')],
    [20_010, reached('p2', '300', 'ended')],
  ],
} as const satisfies Record<string, readonly Said[]>;
type CallName = keyof typeof calls;

function callUnder(policy: PolicyName, name: CallName): Call {
  const play: Play = playUnder({ policy: outcomePolicies[policy] }, ...eventsOf(...calls[name]));
  return shownIn(play);
}

const names = Object.keys(calls) as CallName[];
const missedUnder = (policy: PolicyName): CallName[] => names.filter((name) => callUnder(policy, name).missed === true);
const unanswered = names.filter((name) => name !== 'answered');

test.each<[PolicyName, readonly CallName[]]>([
  ['team', unanswered],
  ['automator', ['leftAfterTwentySeconds', 'leftAfterThree', 'leftTheMenu']],
  ['analytics', ['rangToItsLimit', 'declined', 'busy']],
  ['talkdesk', ['rangToItsLimit', 'declined', 'busy', 'failed']],
  ['xima', unanswered.filter((name) => name !== 'leftTheMenu')],
  ['practice', unanswered],
])('[O13] the same nine calls: missed under %s', (policy, missed) => {
  expect(missedUnder(policy)).toEqual(missed);
});

test('[O10] [O13] who left within seconds is told apart only where the policy knows such a thing', () => {
  const outcomes = (['team', 'automator', 'analytics', 'talkdesk', 'xima', 'practice'] as const).map((policy) => [
    policy,
    callUnder(policy, 'leftAfterThree').outcome,
  ]);
  expect(Object.fromEntries(outcomes)).toEqual({
    team: 'shortAbandoned',
    automator: 'abandoned',
    analytics: 'abandoned',
    talkdesk: 'shortAbandoned',
    xima: 'abandoned',
    practice: 'shortAbandoned',
  });
});

test('[O13] waiting in a queue that rings nobody is an offer', () => {
  const waiting = eventsOf(
    [0, dials('p1', 'setup')],
    [50, reached('p2', '200', 'setup')],
    [20_000, dials('p1', 'ended')],
    [20_010, reached('p2', '200', 'ended')],
  );
  expect(shownIn(playUnder({ policy: outcomePolicies.xima }, ...waiting)).missed).toBe(true);
});

test('[O13] each preset bears its own name, and the standard one is team', () => {
  for (const [name, policy] of Object.entries(outcomePolicies)) expect(policy.name).toBe(name);
  expect(standardPolicy).toBe(outcomePolicies.team);
});
