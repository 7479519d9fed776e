/** The shapes a Glyph can draw. They differ in outline, not only in detail, so that they hold at a distance and in grey. */
export type Shape =
  'arc' | 'triangle' | 'dots' | 'disc' | 'bars' | 'parking' | 'reels' | 'cross' | 'check' | 'dash' | 'ring';
