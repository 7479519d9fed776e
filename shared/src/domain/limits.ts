/**
 * Every grace, lease and memory of the board, as data: the production board keeps `standardLimits`; a test may
 * switch one off to prove that it would be missed. All in ms unless named otherwise.
 */
export interface Limits {
  /** Without proof of life for this long a call is asked about; longer where polls come more rarely than every 30 s. */
  readonly leaseMs: number;
  /** How far behind the platform's list of active calls may be: a record proves life as of that long before. */
  readonly listLagMs: number;
  /** A doubt not settled this long after the lease is shown: the call is marked unconfirmed. */
  readonly showDoubtMs: number;
  /** The platform's list may not show a call yet, so younger evidence outweighs absence. */
  readonly absenceGraceMs: number;
  /** Complete polls in a row a call must be missing from before it is doubted. */
  readonly absentPolls: number;
  /** How long nothing can bring an ended call back: longer than the list keeps it (120 s) and events are replayed (180 s). */
  readonly tombstoneMs: number;
  /** Most entries kept of each kind of memory (tombstones, ended, unseen …); beyond it the oldest are let go. */
  readonly remembered: number;
  /** How long a late event may take before its hole is asked about. */
  readonly holeGraceMs: number;
  /** How long a call whose last leg was handed on may wait for the leg it was handed to. */
  readonly handOverGraceMs: number;
  /** A probe that was not answered is asked for again after this long. */
  readonly reaskMs: number;
  /** How long an ended call waits for its record before its outcome stays open. */
  readonly settleMs: number;
  /** Whether anything is asked at all; without it every doubt waits for its presumption. */
  readonly probing: boolean;
}

export const standardLimits: Limits = {
  leaseMs: 45_000,
  listLagMs: 10_000,
  showDoubtMs: 10_000,
  absenceGraceMs: 15_000,
  absentPolls: 2,
  tombstoneMs: 35 * 60_000,
  remembered: 50_000,
  holeGraceMs: 2_000,
  handOverGraceMs: 5_000,
  reaskMs: 20_000,
  settleMs: 180_000,
  probing: true,
};
