/**
 * Clients of others ask for routes that are not here. Each is told in the log once, so that a run of such a client
 * shows what it would need. What may be an id or a key is left out, and after a while no more are told: what a client
 * sends must not fill a disk.
 */

const mostTold = 100;
const idOrKey = /[\w-]{25,}/g;

export function createMissingRoutes(log: (message: string) => void): (method: string, path: string) => void {
  const told = new Set<string>();
  return (method, path) => {
    const plain = path.replaceAll(idOrKey, '{id}').replaceAll(/[^\w./{}-]/g, '?');
    const shown = `${method} ${plain.slice(0, 200)}`;
    if (told.has(shown) || told.size >= mostTold) return;
    told.add(shown);
    log(`A client asked for ${shown}, which is not here.`);
  };
}
