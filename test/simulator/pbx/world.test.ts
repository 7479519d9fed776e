import { readFileSync, existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { quiet } from '../scenarios/quiet.ts';
import { castOf, scriptedCalls } from '../scenarios/scripts.ts';
import type { CallScript, WorldEvent } from './model.ts';
import { START, tell } from './telling.ts';
import { createWorld } from './world.ts';

const cast = castOf(quiet.account);
const calls = scriptedCalls(quiet.account);
const [first, second, third] = cast.users;

describe('sequences seen in real traffic', () => {
  it('PSTN → menu → user, answered, held', () => {
    const { lines, states } = tell({
      kind: 'inbound',
      toExtensionId: cast.menu,
      steps: [
        { do: 'choose', after: 4_000, extensionId: first },
        { do: 'answer', after: 4_000 },
        { do: 'hold', after: 4_000 },
        { do: 'resume', after: 4_000 },
        { do: 'hangUp', after: 4_000, by: 'callee' },
      ],
    });
    expect(lines).toEqual([
      '2 p1 Setup',
      '3 p2 Setup',
      '4 p1 Answered',
      '5 p2 Disconnected',
      '6 p3 Setup',
      '7 p3 Proceeding',
      '8 p3 Answered',
      '9 p3 Hold',
      '10 p3 Answered',
      '11 p3 Disconnected',
      '12 p1 Disconnected',
    ]);
    expect(states).toEqual(['routing', 'ringing', 'talking', 'held', 'talking', 'ended']);
  });

  it('outbound to PSTN, party by party as captured', () => {
    const { lines, states, events } = tell({
      ...calls.outboundAnswered,
      steps: [
        { do: 'answer', after: 7_000 },
        { do: 'hold', after: 6_700 },
        { do: 'resume', after: 3_300 },
        { do: 'hangUp', after: 6_100, by: 'caller' },
      ],
    });
    expect(lines).toEqual([
      '2 p1 Setup',
      '3 p2 Proceeding',
      '4 p1 Proceeding',
      '5 p2 Answered',
      '6 p1 Answered',
      '7 p1 Hold',
      '8 p1 Answered',
      '9 p1 Disconnected',
      '10 p2 Disconnected',
    ]);
    expect(states).toEqual(['ringing', 'talking', 'held', 'talking', 'ended']);
    const [dialler, callee] = events.map((event) => event.party);
    expect(Object.keys(dialler?.from ?? {}).sort()).toEqual(['deviceId', 'extensionId', 'phoneNumber']);
    expect(Object.keys(callee?.from ?? {}).sort()).toEqual(['extensionId', 'name', 'phoneNumber']);
    expect(callee).not.toHaveProperty('extensionId');
    expect(callee).not.toHaveProperty('queueCall');
  });

  it('has the shape of the captured call, when the capture is at hand', () => {
    const capture = new URL('../../../../shared/captures/ringcentral-to-pstn.json', import.meta.url);
    if (!existsSync(capture)) return;
    const real = JSON.parse(readFileSync(capture, 'utf8')) as {
      body: { sequence: number; parties: WorldEvent['party'][] };
    }[];
    const { events } = tell({
      ...calls.outboundAnswered,
      steps: [
        { do: 'answer', after: 7_000 },
        { do: 'hold', after: 6_700 },
        { do: 'resume', after: 3_300 },
        { do: 'hangUp', after: 6_100, by: 'caller' },
      ],
    });
    const shape = (sequence: number, party: WorldEvent['party'] | undefined) =>
      `${sequence} ${party?.id.split('-').at(-1)} ${party?.direction} ${party?.extensionId !== undefined} ${party?.status.code}`;
    expect(events.map((event) => shape(event.sequence, event.party))).toEqual(
      real.map(({ body }) => shape(body.sequence, body.parties[0])),
    );
  });

  it('extension → extension: the dialler is Answered while the callee still rings', () => {
    const { lines, states } = tell(calls.internalAnswered);
    expect(lines).toEqual([
      '2 p1 Setup',
      '3 p2 Setup',
      '4 p1 Answered',
      '5 p2 Proceeding',
      '6 p2 Answered',
      '7 p2 Disconnected',
      '8 p1 Disconnected',
    ]);
    expect(states).toEqual(['ringing', 'talking', 'ended']);
  });

  it('a queue agent starts with Proceeding and shows queue and caller', () => {
    const { events } = tell(calls.ringAllAnswered);
    const agent = events.find((event) => event.party.queueCall === true)?.party;
    expect(agent?.status).toMatchObject({
      code: 'Proceeding',
      mobilePickupData: { ccMailboxes: [cast.ringAll.agents[0]] },
    });
    expect(agent?.to).toMatchObject({ name: 'Support', extensionId: cast.ringAll.id });
    expect(agent?.from.name).toBe('Support - WIRELESS CALLER');
    expect(agent?.uiCallInfo).toEqual({
      primary: { type: 'QueueName', value: 'Support' },
      additional: { type: 'CallerIdName', value: 'WIRELESS CALLER' },
    });
  });
});

describe('queues', () => {
  it('ring-all: one agent wins, the others and the queue leave with AgentAnswered', () => {
    const { lines, truth, states } = tell(calls.ringAllAnswered);
    expect(lines).toEqual([
      '2 p1 Setup',
      '3 p2 Setup',
      '4 p1 Answered',
      '5 p3 Proceeding',
      '6 p4 Proceeding',
      '7 p5 Proceeding',
      '8 p6 Proceeding',
      '9 p3 Answered',
      '10 p4 Disconnected AgentAnswered',
      '11 p5 Disconnected AgentAnswered',
      '12 p6 Disconnected AgentAnswered',
      '13 p2 Disconnected AgentAnswered',
      '14 p1 Disconnected',
      '15 p3 Disconnected',
    ]);
    expect(states).toEqual(['routing', 'queued', 'ringing', 'talking', 'ended']);
    expect(truth).toMatchObject({ missed: false, queueName: 'Support', agentExtensionId: cast.ringAll.agents[0] });
  });

  it('rotating: who does not pick up is passed over', () => {
    const { lines, truth } = tell(calls.rotatingSecondAnswers);
    expect(lines.slice(3, 8)).toEqual([
      '5 p3 Proceeding',
      '6 p3 Disconnected NoAnswer',
      '7 p4 Proceeding',
      '8 p4 Answered',
      '9 p2 Disconnected AgentAnswered',
    ]);
    expect(truth).toMatchObject({ missed: false, agentExtensionId: cast.rotating.agents[1] });
  });

  it('abandoned: phones stop, the queue is flagged, the caller leaves; missed', () => {
    const { events, truth } = tell(calls.abandonedInQueue);
    const last = events.slice(-2).map((event) => event.party);
    expect(last[0]).toMatchObject({ extensionId: cast.ringAll.id, missedCall: true, status: { code: 'Disconnected' } });
    expect(last[1]?.direction).toBe('Outbound');
    expect(truth).toMatchObject({ state: 'ended', missed: true });
    expect(truth).not.toHaveProperty('answeredAt');
  });

  it('the longest wait leads to the mailbox of the queue', () => {
    const { states, truth } = tell(calls.queueOverflow);
    expect(states.slice(-2)).toEqual(['voicemail', 'ended']);
    expect(truth.missed).toBe(true);
  });

  it('a busy agent is not offered another caller, who waits until somebody is free', () => {
    const world = createWorld({ seed: 1, scenario: quiet, startAt: START });
    const talk = (): string =>
      world.place({
        kind: 'inbound',
        toExtensionId: cast.rotating.id,
        steps: [
          { do: 'answer', after: 1_000 },
          { do: 'hangUp', after: 30_000, by: 'caller' },
        ],
      });
    const served = cast.rotating.agents.map(talk);
    world.advanceTo(START + 10_000);
    const late = talk();
    world.advanceTo(START + 20_000);
    expect(served.map((id) => world.session(id)?.truth.state)).toEqual(served.map(() => 'talking'));
    expect(new Set(served.map((id) => world.session(id)?.truth.agentExtensionId)).size).toBe(served.length);
    expect(world.session(late)?.truth).toMatchObject({ state: 'queued', ringing: [] });
    world.advanceTo(START + 35_000);
    expect(world.session(late)?.truth.state).toBe('talking');
  });
});

describe('direct calls', () => {
  it('missed, then a message', () => {
    const { lines, states, truth, events } = tell(calls.directMissedVoicemail);
    expect(lines).toEqual([
      '2 p1 Setup',
      '3 p2 Setup',
      '4 p2 Proceeding',
      '5 p2 VoiceMail',
      '6 p1 Answered',
      '7 p1 Disconnected',
      '8 p2 Disconnected Voicemail',
    ]);
    expect(states).toEqual(['routing', 'ringing', 'voicemail', 'ended']);
    expect(events.at(-1)?.party.missedCall).toBe(true);
    expect(truth.missed).toBe(true);
  });

  it('the caller gives up while it rings', () => {
    const { lines, truth, events } = tell(calls.directAbandoned);
    expect(lines.slice(3)[0]).toBe('5 p1 Disconnected');
    expect(events.at(-1)?.party).toMatchObject({ missedCall: true, extensionId: first });
    expect(truth.missed).toBe(true);
  });

  it('rejected, then the mailbox as a new party', () => {
    const { lines, states } = tell(calls.rejected);
    expect(lines.slice(3, 6)).toEqual(['5 p2 Disconnected Rejected', '6 p3 VoiceMail', '7 p1 Answered']);
    expect(states).toEqual(['routing', 'ringing', 'routing', 'voicemail', 'ended']);
  });

  it('a busy user refuses at once', () => {
    const world = createWorld({ seed: 1, scenario: quiet, startAt: START });
    world.place(calls.directAnswered);
    world.advanceTo(START + 10_000);
    const id = world.place(calls.directAnswered);
    world.advanceTo(START + 11_000);
    expect(world.session(id)?.truth.state).toBe('voicemail');
    expect(world.session(id)?.parties[1]?.status).toMatchObject({ code: 'Disconnected', reason: 'TargetBusy' });
  });

  it('answered on the mobile: the desk phone leaves, a person has talked', () => {
    for (const seed of [1, 2, 3, 4]) {
      const { truth, lines } = tell(calls.findMe, seed);
      expect(lines.slice(3, 6)).toEqual(['5 p3 Proceeding', '6 p3 Answered', '7 p2 Disconnected CallRedirected']);
      expect(truth).toMatchObject({ missed: false, agentExtensionId: first });
    }
  });

  it('an anonymous caller has no number anywhere', () => {
    const { events } = tell(calls.anonymous);
    for (const { party } of events) expect(party.from).toEqual({ name: 'Anonymous' });
  });
});

describe('calls that go on elsewhere', () => {
  it('blind transfer stays in the session', () => {
    const { lines, states, truth } = tell(calls.blindTransfer);
    expect(lines.slice(5, 9)).toEqual([
      '7 p2 Disconnected BlindTransfer',
      '8 p3 Setup',
      '9 p3 Proceeding',
      '10 p3 Answered',
    ]);
    expect(states).toEqual(['routing', 'ringing', 'talking', 'routing', 'ringing', 'talking', 'ended']);
    expect(truth).toMatchObject({ missed: false, agentExtensionId: second });
  });

  it('blind transfer to a number outside', () => {
    const { lines, events } = tell(calls.blindTransferOutside);
    expect(lines.slice(6, 8)).toEqual(['8 p3 Proceeding', '9 p3 Answered']);
    expect(events[6]?.party.to).toEqual({ phoneNumber: '+13035550117' });
  });

  it('attended transfer: the user goes in both sessions, the colleague enters the customer’s', () => {
    const { lines, states, truth, events, world, id } = tell(calls.attendedTransfer);
    expect(lines.slice(5)).toEqual([
      '7 p2 Hold',
      'B 2 p1 Setup',
      'B 3 p2 Setup',
      'B 4 p1 Answered',
      'B 5 p2 Proceeding',
      'B 6 p2 Answered',
      '8 p2 Gone AttendedTransfer',
      'B 7 p1 Gone AttendedTransfer',
      'B 8 p2 Gone AttendedTransfer',
      '9 p3 Answered AttendedTransfer',
      '10 p1 Disconnected',
      '11 p3 Disconnected',
    ]);
    expect(states).toEqual(['routing', 'ringing', 'talking', 'held', 'talking', 'ended']);
    expect(truth).toMatchObject({ missed: false, agentExtensionId: second });
    const consult = world.truth().find((call) => call.id !== id);
    expect(consult).toMatchObject({ direction: 'internal', state: 'ended', missed: false });
    const gone = events.filter((event) => event.party.status.code === 'Gone');
    expect(gone[0]?.party.status.peerId).toEqual({
      sessionId: gone[1]?.sessionId,
      telephonySessionId: gone[1]?.telephonySessionId,
      partyId: gone[1]?.party.id,
    });
    expect(gone[2]?.party.status.peerId?.partyId).toBe(events.find((event) => event.party.id.endsWith('-3'))?.party.id);
  });

  it('a consultation nobody answers brings the user back', () => {
    const busy: CallScript = { kind: 'outbound', fromExtensionId: second, steps: [] };
    const world = createWorld({ seed: 1, scenario: quiet, startAt: START });
    world.place(busy);
    const id = world.place({ ...calls.attendedTransfer, steps: calls.attendedTransfer.steps.slice(0, 2) });
    world.advanceTo(START + 90_000);
    expect(world.session(id)?.truth).toMatchObject({ state: 'talking', agentExtensionId: first });
    expect(world.liveSessions()).toHaveLength(1);
  });

  it('park and pickup', () => {
    const { events, states, truth } = tell(calls.parkPickup);
    const parked = events.find((event) => event.party.status.code === 'Parked')?.party;
    expect(parked?.park.id).toMatch(/^\*8\d\d$/);
    expect(parked?.status).toMatchObject({ reason: 'CallPark', parkData: parked?.park.id });
    expect(states).toEqual(['routing', 'ringing', 'talking', 'parked', 'talking', 'ended']);
    expect(truth).toMatchObject({ missed: false, agentExtensionId: third });
  });

  it('parked and given up is not missed', () => {
    expect(tell(calls.parkAbandoned).truth.missed).toBe(false);
  });
});
