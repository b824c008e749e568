import { describeKind } from './testing/describe-kind.ts';
import { smallKind } from './testing/small-kind.ts';
import { SmallWorld } from './testing/small-world.ts';

/** 55 members: 45 to write in batches of 10, 5 that are doubles, 5 without a name. */
const facts = Array.from({ length: 55 }, (_, i) => ({ id: `c${String(i).padStart(3, '0')}`, name: i % 11 === 10 ? '' : `Name ${i % 11 === 9 ? i - 1 : i}` }));

describeKind(smallKind, {
  async open() {
    const world = await SmallWorld.open({ facts, batch: 20, crmRecords: 100 });
    world.leaseMs = 400;
    return world;
  },
});
