const tallyKeys = [
  'eventAdmitted',
  'eventDuplicate',
  'eventLate',
  'eventAfterEnd',
  'holeOpened',
  'pollApplied',
  'pollIgnored',
  'pollIncomplete',
  'recordOfEnded',
  'absenceForgiven',
  'startedByProbe',
  'startedByRecord',
  'backfilled',
  'unseen',
  'probeLive',
  'probeOver',
  'probeFailed',
  'probeOutrun',
  'leaseCalledIn',
  'shownUnconfirmed',
  'endedByEvents',
  'endedByProbe',
  'endedPresumed',
  'merged',
  'decidedByRecord',
  'correctedByLog',
  'leftUndecided',
] as const;

export type TallyKey = (typeof tallyKeys)[number];

/** How often each rule fired; a test run that never fired one has not tested it. */
export type Tally = Readonly<Record<TallyKey, number>>;

export const noTally = Object.fromEntries(tallyKeys.map((key) => [key, 0])) as Tally;
