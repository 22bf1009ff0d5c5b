/** How a plan is stopped that no statement of the server leads through. Pure. */
import { SqaError } from "../../schema/error.ts";

/** Stops the plan (SQA-311): `message` says what cannot be, `hint` what to do instead. */
export function refuse(message: string, hint: string): never {
  throw new SqaError("SQA-311", message, { hint });
}
