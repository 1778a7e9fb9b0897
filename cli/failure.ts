import { EXIT, type ExitCode } from './exit-codes';

/** An end that a person or a script is told of. `message` never holds a token. */
export class Failure extends Error {
  override readonly name = 'Failure';

  constructor(
    readonly exit: ExitCode,
    /** For programs: the API's own code, or one of ours. */
    readonly code: string,
    message: string,
    /** The body of the API's error, where there is one. */
    readonly body: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

/** The service, or what stands before it, does not serve at the moment; `retryAfterMs` is what it asks for. */
export class OutOfReach extends Failure {
  constructor(
    message: string,
    readonly retryAfterMs = 0,
  ) {
    super(EXIT.outOfReach, 'out_of_reach', message);
  }
}

/** Something answers that is not the service, or not as the service would. Asking again would not help. */
export class OddAnswer extends Failure {
  constructor(message: string) {
    super(EXIT.outOfReach, 'odd_answer', message);
  }
}

/** The command line is not one that can be followed. */
export class WrongUsage extends Failure {
  constructor(message: string) {
    super(EXIT.usage, 'usage', `${message}\nSee: amazon-sync help`);
  }
}
