mod attacker;
mod cases;
mod papers;
mod world;
