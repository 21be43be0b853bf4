# Sourced by findings that ask Rasa 3.6.21 or 2.8.34 how it reads and writes files.
#
#   install_rasa 3.6.21 FOLDER      makes FOLDER/bin/python with that Rasa
#
# Everything under rasa.shared runs without TensorFlow: Rasa is installed without its dependencies, and
# only what those modules import comes along (seconds instead of minutes, 200 MB instead of 2.7 GB).

# The interpreter of that version: on the PATH, or one of pyenv's.
find_python() {
  local python
  for python in "python$1" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$1".*/bin/python; do
    if "$python" -c '' 2>/dev/null; then echo "$python"; return; fi
  done
  echo "needs Python $1 on the PATH or in pyenv" >&2
  return 1
}

install_rasa() {
  local version=$1 folder=$2 python
  local both=(
    attrs==22.1.0 docopt==0.6.2 jsonpickle==3.0.4 jsonschema==4.17.3 packaging==20.9 pykwalify==1.8.0
    pyparsing==3.0.9 pyrsistent==0.20.0 python-dateutil==2.8.2 setuptools==75.3.0 six==1.16.0 tqdm==4.66.1
  )
  case $version in
    3.6.21)
      python=$(find_python 3.10)
      both+=(ruamel.yaml==0.17.21 ruamel.yaml.clib==0.2.15 numpy==1.23.5 scipy==1.10.1
        structlog==23.3.0 pluggy==1.0.0 portalocker==2.7.0) ;;
    2.8.34)
      python=$(find_python 3.8)
      both+=(ruamel.yaml==0.16.13 ruamel.yaml.clib==0.2.8 importlib-resources==6.4.5
        pkgutil-resolve-name==1.3.10 zipp==3.20.2) ;;
  esac
  uv venv -q -p "$python" "$folder"
  uv pip install -q -p "$folder/bin/python" --no-deps "rasa==$version" "${both[@]}"
}
