/** The models that the worker may ask, and what was learnt of them. */

import type { Dependencies } from './dependencies.ts';
import type { Handlers } from './table.ts';

export function modelHandlers({
  catalogue,
  learnt,
  outages,
}: Dependencies): Pick<Handlers, 'listModels' | 'forgetModel'> {
  return {
    listModels: async () => {
      const { modelServers } = await catalogue.read();
      const view = { servers: modelServers, learnt: [...learnt.list()], away: [...outages.list()] };
      return { status: 200, body: { data: view } };
    },
    forgetModel: async ({ body: { model } }) => ({
      status: 200,
      body: { data: { model, forgotten: await learnt.forget(model) } },
    }),
  };
}
