import type { CallScript } from '../pbx/model.ts';
import type { Rng } from '../pbx/rng.ts';
import type { Traffic } from '../pbx/scenario.ts';
import type { Story, Tempo } from './stories.ts';

/** How often each story comes in one round. */
type Deck = readonly (readonly [count: number, story: Story])[];

/** Stories that are seldom told. */
export interface RareStories {
  /** The part of all calls, 0 to 1, that is one of these. */
  readonly share: number;
  readonly stories: readonly Story[];
}

/**
 * Traffic dealt from a deck: within one round every story comes as often as it stands in the deck, and its copies are
 * spread over the round, so that even the rare ones are soon seen, whatever the seed. The seldom ones come by chance; with
 * a share of 0 the traffic is the same as without them.
 */
export function dealtTraffic(
  deck: Deck,
  tempo: Tempo,
  meanGapMs: Traffic['meanGapMs'],
  rare: RareStories = { share: 0, stories: [] },
): Traffic {
  return {
    meanGapMs,
    create(desk) {
      let round: Story[] = [];
      return (): CallScript | undefined => {
        const seldom = rare.share > 0 && desk.random.chance(rare.share) ? desk.random.pick(rare.stories) : undefined;
        if (seldom !== undefined) return seldom(desk, tempo);
        if (round.length === 0) round = spread(deck, desk.random);
        return round.pop()?.(desk, tempo);
      };
    },
  };
}

/** The n copies of a story each get one n-th of the round, at a random place in it. */
function spread(deck: Deck, random: Rng): Story[] {
  const placed = deck.flatMap(([count, story]) =>
    Array.from({ length: count }, (_, copy) => ({ story, at: (copy + random.next()) / count })),
  );
  return placed.sort((left, right) => left.at - right.at).map((card) => card.story);
}
