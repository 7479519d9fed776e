import type { Rng } from './rng.ts';

/** Invented staff, from many places; nobody in particular. */
const STAFF = [
  'Amara Okafor', 'Mateo Rivera', 'Yuki Tanaka', 'Ingrid Solberg', 'Priya Raman', 'Tomasz Zielinski', 'Leila Haddad',
  'Samuel Adeyemi', 'Chiara Moretti', 'Nguyen Thi Lan', 'Hana Kovac', 'Dimitri Pavlidis', 'Aroha Ngata', 'Emeka Nwosu',
  'Sofia Lindqvist', 'Rashid Karimov', 'Beatriz Carvalho', 'Joon-ho Park', 'Maeve Gallagher', 'Omar Benali',
  'Anneke de Vries', 'Kwame Boateng', 'Zeynep Aydin', 'Lucas Fontaine', 'Meera Iyer', 'Pilar Ortega', 'Tariq Rahman',
  'Freya Jensen', 'Wei Zhang', 'Nadia Petrova',
] as const; // prettier-ignore

/** Callers as the network names them: some by name, some by place, some not at all. */
const CALLERS = [
  'WIRELESS CALLER', 'Abena Mensah', 'Carlos Mendoza', 'TOLL FREE CALL', 'Eun-ji Kim', 'Gustavo Pereira', 'SAN RAFAEL CA',
  'Halima Yusuf', 'Ivan Horvat', 'Jasmine Whitfield', 'Kenji Mori', 'Lucia Romano', 'Mohammed Al-Farsi', 'DENVER CO',
  'Noor Siddiqui', 'Olga Sokolova', 'Patrick O’Dwyer', 'Quynh Tran', 'Rosa Delgado', 'Sanjay Kulkarni', 'BRIGHTON DENTAL',
  'Tala Santos', 'Ulrike Brandt', 'Viktor Nyman', 'Wanjiru Kamau', 'Ximena Vargas', 'HARBOR FREIGHTERS', 'Yara Khalil',
  'Zsofia Nemeth', 'NORTHWIND BAKERY',
] as const; // prettier-ignore

/** Area codes of the numbers outside; the company's own is kept out. */
const AREAS = ['212', '303', '305', '312', '404', '415', '503', '512', '602', '617', '702', '919'] as const;

/** The area code of every company number. */
const HOME_AREA = '206';

/** The n-th name of the staff; after the last one they are numbered on. */
export function staffName(index: number): string {
  const round = Math.floor(index / STAFF.length);
  const name = STAFF[index % STAFF.length] ?? STAFF[0];
  return round === 0 ? name : `${name} ${round + 1}`;
}

/** A caller's name, or none as one time in eight. */
export function callerName(random: Rng): string | undefined {
  return random.chance(1 / 8) ? undefined : random.pick(CALLERS);
}

/** E.164 in the range reserved for fiction: +1 NPA 555 0100 to 0199. */
export function outsideNumber(random: Rng): string {
  return fictional(random.pick(AREAS), random.int(0, 99));
}

/** The company's n-th number (0 to 99), in the same range. */
export function companyNumber(index: number): string {
  return fictional(HOME_AREA, index % 100);
}

/** A staff member's mobile: from a neighbouring area, so that it is never taken for a number of the company. */
export function mobileNumber(random: Rng): string {
  return fictional('425', random.int(0, 99));
}

function fictional(area: string, index: number): string {
  return `+1${area}555${String(100 + index).padStart(4, '0')}`;
}
