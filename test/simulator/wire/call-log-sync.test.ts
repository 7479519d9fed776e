import { expect, test } from 'vitest';
import type { CallRecord } from './records.ts';
import { bodyOf, directCall, START, tinyCloud, tinyParty, tinySession, type TinyCloud } from './tiny-world.ts';

const LIST = '/restapi/v1.0/account/~/call-log';
const prompt = {
  callLogDelayMs: [0, 0],
  recordingDelayMs: [0, 0],
  recordedShare: 1,
  budgets: { light: 999, medium: 999, heavy: 999, auth: 999 },
} as const;
const HOUR = 3_600_000;

function codeOf(tiny: TinyCloud, url: string): string {
  return bodyOf<{ errors: { errorCode: string }[] }>(tiny.get(url)).errors[0]?.errorCode ?? '';
}

/** One hour later, with these sessions in the past. */
function later(sessions: TinyCloud['sessions'], options = {}): TinyCloud {
  const tiny = tinyCloud({ ...prompt, ...options });
  tiny.sessions = sessions;
  tiny.clock.advance(HOUR);
  return tiny;
}

interface Synced {
  readonly records: CallRecord[];
  readonly syncInfo: { readonly syncToken: string; readonly syncType: string; readonly newerRecordsExist?: boolean };
}

test('ISync brings what is new since the token; a bad token is CLG-101', () => {
  const tiny = later([directCall('a1', 5_000, 60_000)], { recordedShare: 0 });
  const sync = (query: string) => bodyOf<Synced>(tiny.get(`${LIST}-sync?${query}`));
  const full = sync('syncType=FSync&recordCount=10&view=Detailed');
  expect(full.records).toHaveLength(1);
  expect(sync(`syncType=ISync&syncToken=${full.syncInfo.syncToken}`).records).toEqual([]);
  const times = { createdAt: START + HOUR, endedAt: START + HOUR + 50_000 };
  tiny.sessions = [
    ...tiny.sessions,
    tinySession('a2', [tinyParty('a2', 1, times), tinyParty('a2', 2, { ...times, extensionId: '6301' })], {
      createdAt: START + HOUR,
    }),
  ];
  tiny.clock.advance(60_000);
  expect(sync(`syncType=ISync&syncToken=${full.syncInfo.syncToken}`).records[0]).toHaveProperty('legs');
  expect(codeOf(tiny, `${LIST}-sync?syncType=ISync&syncToken=rubbish`)).toBe('CLG-101');
});

test('ISync over more than 250 records is refused', () => {
  const tiny = later([], { recordedShare: 0 });
  const { syncToken } = bodyOf<Synced>(tiny.get(`${LIST}-sync?syncType=FSync`)).syncInfo;
  const times = { createdAt: START + HOUR, endedAt: START + HOUR + 1_000 };
  tiny.sessions = Array.from({ length: 251 }, (_, index) =>
    tinySession(
      `g${index}`,
      [tinyParty(`g${index}`, 1, times), tinyParty(`g${index}`, 2, { ...times, extensionId: '6301' })],
      { createdAt: START + HOUR },
    ),
  );
  tiny.clock.advance(60_000);
  const refused = tiny.get(`${LIST}-sync?syncType=ISync&syncToken=${syncToken}`);
  expect(refused.status).toBe(400);
  expect(bodyOf(refused)['message']).toContain('max sync record number limit is exceeded');
});

test('extract-sync goes by modification time: a late recording brings its record again', () => {
  const tiny = tinyCloud({ ...prompt, recordingDelayMs: [40_000, 40_000] });
  tiny.sessions = [directCall('a1', 5_000, 60_000), directCall('a2', 5_000, 61_000)];
  tiny.clock.advance(70_000);
  const sync = (query: string) => bodyOf<Synced>(tiny.get(`${LIST}-extract-sync?${query}`));
  const first = sync('syncType=FSync&recordCount=1');
  expect(first.syncInfo.newerRecordsExist).toBe(true);
  const second = sync(`syncType=ISync&recordCount=1&syncToken=${first.syncInfo.syncToken}`);
  expect(second.syncInfo.newerRecordsExist).toBe(false);
  expect(new Set([...first.records, ...second.records].map(({ id }) => id)).size).toBe(2);
  tiny.clock.advance(40_000);
  const third = sync(`syncType=ISync&syncToken=${second.syncInfo.syncToken}`);
  expect(third.records.map(({ recording }) => recording !== undefined)).toEqual([true, true]);
});
