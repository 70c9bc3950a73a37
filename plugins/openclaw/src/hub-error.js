/** Why the hub did not do what it was asked for. */

export class HubError extends Error {
  /**
   * @param {string} message
   * @param {number | undefined} status undefined: nobody answered
   */
  constructor(message, status) {
    super(message);
    this.name = 'HubError';
    this.status = status;
  }

  get mayPass() {
    return this.status === undefined || this.status === 429 || this.status >= 500;
  }
}
