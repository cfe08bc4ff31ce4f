// Public generators in JavaScript: `node peer.cjs <folder with node_modules>`. The same talk as peer.py.
const { createInterface } = require("node:readline");
const { createRequire } = require("node:module");
const ROT = createRequire(process.argv[2] + "/")("rot-js");

const WIDTH = 80, HEIGHT = 45;

function dungeon(Kind) {
  return (seed) => {
    ROT.RNG.setSeed(seed + 1); // a seed of 0 would be as none
    const grid = new Uint8Array(WIDTH * HEIGHT);
    const map = new Kind(WIDTH, HEIGHT);
    map.create((x, y, wall) => { grid[y * WIDTH + x] = wall; });
    return [grid, map.getRooms()];
  };
}

const TASKS = { rot_uniform: dungeon(ROT.Map.Uniform), rot_digger: dungeon(ROT.Map.Digger) };

createInterface({ input: process.stdin }).on("line", (line) => {
  const [name, calls, first] = line.split(" ");
  const begun = process.cpuUsage();
  for (let i = 0; i < Number(calls); i++) TASKS[name](Number(first) + i);
  const { user, system } = process.cpuUsage(begun);
  console.log((user + system) / Number(calls));
});
