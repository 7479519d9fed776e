import '@fontsource-variable/inter';
import { mount } from 'svelte';
import App from './App.svelte';
import { DeadMan } from './live/dead-man.ts';
import { paintVeil } from './live/veil.ts';
import './ui/base.css';
import { formatClock } from './ui/format.ts';
import { hideIdleCursor } from './ui/idle-cursor.ts';
import './ui/tokens.css';
import './wallboard/tones.css';

const openedAt = Date.now();
const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no #app');

// Before the app, and not by it: should the app fail to start, the screen still says that it is not live.
const deadMan = new DeadMan();
deadMan.listen((verdict) => paintVeil(document, verdict, { openedAt, clock: formatClock }));
deadMan.start(window);
hideIdleCursor(document);

mount(App, { target, props: { deadMan } });
