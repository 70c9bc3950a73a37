/** OpenClaw without OpenClaw, for tests. */

export { fakeFaults, type FakeBehaviour, type FakeFault } from './behaviour.ts';
export { installFakeOpenclaw, type FakeOpenclaw } from './install.ts';
export { greetingHub, type GreetingHub } from './greeting-hub.ts';
export { sayingModel, type SayingModel } from './saying-model.ts';
