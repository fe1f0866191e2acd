# Waits for the end of standard input, which comes when the test that made the folder ends, however it
# ends. Then ends what runs in the folder, and removes it. Argument: the folder.
cat > /dev/null
find "$1" -name varde.serve 2> /dev/null | while read -r file; do
  # While it is locked, the process named in it lives and serves the directory.
  flock -n "$file" true || kill -KILL "$(cat "$file")"
done
find "$1" -name postmaster.pid 2> /dev/null | while read -r file; do
  pid=$(head -n 1 "$file")
  is_postgres() { [ "$(cat "/proc/$pid/comm" 2> /dev/null)" = postgres ]; }
  is_postgres && kill -INT "$pid"
  for _ in $(seq 200); do
    is_postgres || break
    sleep 0.05
  done
  is_postgres && kill -QUIT "$pid"
done
mountpoint -q "$1" && umount --lazy "$1"
rm -rf "$1"
