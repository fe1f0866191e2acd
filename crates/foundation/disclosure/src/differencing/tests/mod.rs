mod attacker;
mod cases;
mod large;
mod papers;
mod world;
