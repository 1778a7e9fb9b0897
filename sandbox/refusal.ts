/** A wish of whoever runs the sandbox that cannot be met; the message says why. */
export class Refusal extends Error {}
