import type { CallScript } from '../pbx/model.ts';
import type { Traffic } from '../pbx/scenario.ts';
import type { Story, Tempo } from './stories.ts';

/**
 * Traffic dealt from a shuffled deck: within one round every story comes as often as it stands in the deck, so that even
 * the rare ones are soon seen, whatever the seed.
 */
export function dealtTraffic(
  deck: readonly (readonly [count: number, story: Story])[],
  tempo: Tempo,
  meanGapMs: Traffic['meanGapMs'],
): Traffic {
  const stories = deck.flatMap(([count, story]) => Array.from({ length: count }, () => story));
  return {
    meanGapMs,
    create(desk) {
      let round: Story[] = [];
      return (): CallScript | undefined => {
        if (round.length === 0) round = desk.random.shuffle(stories);
        return round.pop()?.(desk, tempo);
      };
    },
  };
}
