import { expect, it } from 'vitest';
import { fit } from './fit.ts';

const cell = { cellWidth: 380, cellHeight: 72 };

it.each([
  [{ width: 0, height: 0, cellWidth: 0, cellHeight: 0 }, 2, { columns: 1, rows: 1, capacity: 0 }],
  [{ width: 849, height: 577, ...cell }, 2, { columns: 2, rows: 8, capacity: 16 }],
  [{ width: 849, height: 575.6, ...cell }, 2, { columns: 2, rows: 8, capacity: 16 }],
  [{ width: 849, height: 570, ...cell }, 2, { columns: 2, rows: 7, capacity: 14 }],
  [{ width: 2_000, height: 72, ...cell }, 8, { columns: 5, rows: 1, capacity: 5 }],
  [{ width: 200, height: 150, ...cell }, 2, { columns: 1, rows: 2, capacity: 2 }],
  [{ width: 849, height: 10, ...cell }, 2, { columns: 2, rows: 0, capacity: 0 }],
])('%j with at most %i columns', (room, maxColumns, expected) => expect(fit(room, maxColumns)).toEqual(expected));
