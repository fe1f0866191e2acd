// Step 8: the citizen.
export async function citizen() {}
