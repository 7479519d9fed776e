import type { AccountIndex } from './account-index.ts';
import type { CallScript, PartyEnd } from './model.ts';
import { callerName, outsideNumber } from './people.ts';
import type { Rng } from './rng.ts';

/** Who calls and what was dialled, made up where the script leaves it open. */
export function callEnds(
  script: CallScript,
  directory: AccountIndex,
  random: Rng,
): { readonly from: PartyEnd; readonly to: PartyEnd } {
  const number = script.number ?? outsideNumber(random);
  switch (script.kind) {
    case 'inbound':
    case 'fax':
      return { from: outsideCaller(script, number, random), to: dialled(script, directory) };
    case 'outbound':
    case 'ringOut':
      return { from: staff(script, directory, directory.account.mainNumber), to: { phoneNumber: number } };
    case 'internal':
      return { from: staff(script, directory), to: directory.endOf(script.toExtensionId ?? directory.front().id) };
  }
}

function outsideCaller(script: CallScript, number: string, random: Rng): PartyEnd {
  if (script.anonymous === true) return { name: 'Anonymous' };
  const name = script.callerName ?? callerName(random);
  return name === undefined ? { phoneNumber: number } : { phoneNumber: number, name };
}

/** A direct number when the destination has one, else the main number. */
function dialled(script: CallScript, directory: AccountIndex): PartyEnd {
  const extension = script.toExtensionId === undefined ? directory.front() : directory.extension(script.toExtensionId);
  const phoneNumber = extension.directNumber ?? directory.account.mainNumber;
  return { phoneNumber, name: extension.name, extensionId: extension.id };
}

/** A user as the calling end; outside, a user without a direct number shows the company's. */
function staff(script: CallScript, directory: AccountIndex, mainNumber?: string): PartyEnd {
  const { id, name, extensionNumber, directNumber, deviceId } = directory.extension(script.fromExtensionId ?? '');
  return {
    phoneNumber: mainNumber === undefined ? extensionNumber : (directNumber ?? mainNumber),
    name,
    extensionId: id,
    ...(deviceId === undefined ? {} : { deviceId }),
  };
}

/** True when somebody in the company begins the call. */
export function isDialled({ kind }: CallScript): boolean {
  return kind !== 'inbound' && kind !== 'fax';
}

function checkUser(extensionId: string, directory: AccountIndex): void {
  if (!directory.isUser(extensionId)) throw new Error(`extension ${extensionId} is no user of this account`);
}

function checkFaxLine(extensionId: string | undefined, directory: AccountIndex): void {
  if (extensionId === undefined) throw new Error('a fax needs toExtensionId');
  const { type } = directory.extension(extensionId);
  if (type !== 'User' && type !== 'FaxUser') throw new Error(`extension ${extensionId} receives no faxes`);
}

/** Throws an Error that names the first extension the account does not have, or the user who is missing. */
export function checkScript(script: CallScript, directory: AccountIndex): void {
  if (isDialled(script)) {
    const { fromExtensionId } = script;
    if (fromExtensionId === undefined) throw new Error(`an ${script.kind} call needs fromExtensionId`);
    checkUser(fromExtensionId, directory);
  }
  if (script.kind === 'internal' && script.toExtensionId === undefined) {
    throw new Error('an internal call needs toExtensionId');
  }
  if (script.toExtensionId !== undefined) directory.extension(script.toExtensionId);
  if (script.kind === 'fax') checkFaxLine(script.toExtensionId, directory);
  for (const step of script.steps) {
    if ('extensionId' in step && step.extensionId !== undefined) directory.extension(step.extensionId);
    if ('toExtensionId' in step && step.toExtensionId !== undefined) directory.extension(step.toExtensionId);
    if ('withExtensionId' in step) directory.extension(step.withExtensionId);
    if (step.do === 'directedPickup' || step.do === 'supervise') checkUser(step.extensionId, directory);
    if (!(step.after >= 0)) throw new Error(`step ${step.do} needs a wait of 0 ms or more`);
  }
}
