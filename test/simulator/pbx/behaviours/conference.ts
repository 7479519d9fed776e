import type { Call } from '../call.ts';
import type { CallScript } from '../model.ts';
import type { Act } from '../pbx.ts';
import type { StatusDraft } from '../session-machine.ts';
import { talk } from './legs.ts';
import { admit, customerOf, handOn } from './merging.ts';
import { dismissSupervisor } from './supervision.ts';

/** A merge into a conference names no session: the peer's id is 0. Source: community 118078. */
const TO_CONFERENCE: StatusDraft = {
  code: 'Gone',
  reason: 'Conference',
  peerId: { sessionId: '0', telephonySessionId: '', partyId: '' },
};

/**
 * Customer, user and colleague in one: every party of both calls is Gone, and a session of origin Conference begins with the
 * user as its host. Both calls go on there.
 */
export function* bridge(call: Call, consult: Call): Act {
  const { customer, staff } = call;
  const { customer: asking, staff: asked } = consult;
  const host = consult.script.fromExtensionId;
  const colleague = asked === undefined ? undefined : consult.party(asked).extensionId;
  if (customer === undefined || staff === undefined || asking === undefined || asked === undefined) return;
  if (host === undefined || colleague === undefined) return;
  yield* dismissSupervisor(call);
  const conference = prepareConference(call, consult);
  const guest = admit(conference, call);
  call.pbx.occupancy.claim(colleague, conference.partyId(COLLEAGUE));
  call.truly((story, at) => story.pause(at));
  call.move(staff, TO_CONFERENCE);
  yield call.gap();
  handOn(call, conference);
  call.move(customer, TO_CONFERENCE);
  yield call.gap();
  consult.tell({ continuedIn: conference.id });
  consult.move(asking, TO_CONFERENCE);
  yield call.gap();
  consult.move(asked, TO_CONFERENCE);
  yield call.gap();
  call.pbx.start(conference, gather(conference, { host, colleague, guest }));
}

/** The colleague is the third to enter; their phone is theirs until then. */
const COLLEAGUE = 3;

function prepareConference(call: Call, consult: Call): Call {
  const { fromExtensionId = '' } = consult.script;
  const customer = customerOf(call);
  const script: CallScript =
    customer.extensionId === undefined
      ? { kind: 'outbound', fromExtensionId, steps: [] }
      : { kind: 'internal', fromExtensionId, toExtensionId: customer.extensionId, steps: [] };
  return call.pbx.prepare(script, { consult: true, origin: 'Conference', from: consult.from, to: customer });
}

interface Circle {
  readonly host: string;
  readonly colleague: string;
  readonly guest: ReturnType<typeof admit>;
}

function* gather(conference: Call, { host, colleague, guest }: Circle): Act {
  const { from, to, pbx } = conference;
  conference.conference = true;
  conference.staff = conference.enter({
    direction: 'Outbound',
    extensionId: host,
    from,
    to,
    status: { code: 'Answered' },
    conferenceRole: 'Host',
  });
  yield conference.gap();
  const entered = conference.enter({ ...guest.party, status: { code: 'Answered' }, conferenceRole: 'Participant' });
  guest.entered();
  talk(conference, entered, guest.party.extensionId);
  yield conference.gap();
  conference.enter({
    direction: 'Inbound',
    extensionId: colleague,
    from,
    to: pbx.directory.endOf(colleague),
    status: { code: 'Answered' },
    conferenceRole: 'Participant',
  });
}
