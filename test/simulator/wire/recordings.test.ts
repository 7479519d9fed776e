import { expect, test } from 'vitest';
import type { CallRecord } from './records.ts';
import { bodyOf, directCall, tinyCloud } from './tiny-world.ts';

test('a recording is found by its link, plays, and understands ranges', () => {
  const tiny = tinyCloud({ recordedShare: 1 });
  tiny.sessions = [directCall('a1', 5_000, 65_000)];
  tiny.clock.advance(3_600_000);
  const log = bodyOf<{ records: CallRecord[] }>(tiny.get('/restapi/v1.0/account/~/call-log'));
  const recording = log.records[0]?.recording;
  const meta = bodyOf<{ duration: number; contentUri: string }>(tiny.get(recording?.uri ?? ''));
  expect(meta).toMatchObject({ id: recording?.id, duration: 60, contentUri: recording?.contentUri });
  const whole = tiny.get(meta.contentUri);
  expect(Buffer.from(whole.body).subarray(0, 4).toString()).toBe('RIFF');
  expect(whole.body.length).toBe(44 + 60 * 8_000);
  const part = tiny.get(meta.contentUri, { range: 'bytes=0-3' });
  expect([part.status, Buffer.from(part.body).toString()]).toEqual([206, 'RIFF']);
  expect(tiny.get(meta.contentUri, { range: 'bytes=9999999-' }).status).toBe(416);
  const { pathname } = new URL(meta.contentUri);
  const inQuery = tiny.raw({ path: pathname, query: new URLSearchParams({ access_token: tiny.bearer() }) });
  expect(inQuery.status).toBe(200);
});
