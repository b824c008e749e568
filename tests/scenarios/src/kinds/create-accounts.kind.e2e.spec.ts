import { describeKind } from '@signalbox/platform-orchestration/testing';
import { CreateAccountsWorld } from './create-accounts-world.ts';
import { ProductAround } from '../world/product-around.ts';

let around: ProductAround;
beforeAll(async () => {
  around = await ProductAround.start();
}, 120_000);
afterAll(() => around?.stop(), 60_000);

describeKind({ name: 'create_accounts' }, { open: () => CreateAccountsWorld.open(around), timeoutMs: 60_000 });
