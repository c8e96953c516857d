# make help lists the targets. Go, make and git are all that run and test need.

FLAGS      =
BUILDFLAGS =
BENCHFLAGS =
PEERS      =
FUZZTIME   = 10s
STACK      = maru
KERNEL     = .maru/kernel/vmlinuz

# Go sources outside testdata, which may hold files that are wrong on purpose.
SOURCES = find . -path './.*' -prune -o -name testdata -prune -o -name '*.go' -print

.PHONY: help run test check portable cgroup bench fuzz sam-local deploy format lint vulnerabilities races artifacts

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1	\2/p' $(MAKEFILE_LIST) | expand -t 10

run: .maru/bin/maru ## build maru and serve template.yaml; FLAGS='-p 8080' adds flags
	@exec .maru/bin/maru start-api $(FLAGS)

# go build knows better than file times whether there is anything to do.
.PHONY: .maru/bin/maru
.maru/bin/maru:
	@go build -o $@ ./local

test: ## run the whole test suite
	go test ./...

check: format lint vulnerabilities races ## formatting, vet, staticcheck, govulncheck, tests with -race

format:
	@files=$$($(SOURCES) | xargs gofmt -l) && \
	if [ -n "$$files" ]; then echo "not formatted by gofmt:"; echo "$$files"; exit 1; fi

lint:
	go vet ./...
	go tool staticcheck ./...

# govulncheck exits 3 for a vulnerability and 1 for all else. Only a database
# out of reach is let pass (GOVULNDB may name a mirror), and never in silence.
vulnerabilities:
	@out=$$(go tool govulncheck ./... 2>&1); status=$$?; echo "$$out"; \
	case "$$status:$$out" in \
	0:*) ;; \
	1:*"fetching vulnerabilities"*) echo "NOT CHECKED: known vulnerabilities, because their database is out of reach" ;; \
	*) exit 1 ;; \
	esac

# The race detector is linked by a C compiler. It has to see each path, not ten
# thousand requests take it: that, and the browser, are for make test.
races:
	@if command -v "$$(go env CC)" >/dev/null; then \
		CGO_ENABLED=1 go test -race -short ./...; \
	elif [ "$$CI" = true ]; then \
		echo "the race detector needs a C compiler, such as gcc"; exit 1; \
	else \
		echo "NOT CHECKED: data races, because there is no C compiler such as gcc"; \
	fi

# All is type-checked by vet, the tests too, which run on Linux alone; what is
# linked is maru, since the functions run on the Linux of Lambda.
portable: export CGO_ENABLED = 0
portable: ## build and vet for Linux, macOS and Windows, each on amd64 and arm64
	@for os in linux darwin windows; do for arch in amd64 arm64; do \
		echo "$$os/$$arch"; export GOOS=$$os GOARCH=$$arch; \
		go build -o /dev/null ./local && go vet ./... || exit 1; \
	done; done

# What only a host with a cgroup of its own can show: that the kernel holds the limits.
cgroup: $(KERNEL) ## run the tests of memory limits by cgroups in an emulated machine; needs qemu-system-x86, and Debian for its KERNEL
	go run ./local/cgrouptest -kernel $(KERNEL) maru/local/internal/cgroup \
		maru/local/internal/lambda=Cgroup maru/local/internal/host=Cgroup

# The kernel of Debian's cloud images has all that a machine without disk needs built in.
%/vmlinuz:
	@mkdir -p $(@D) && dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && ( cd "$$dir" && \
	apt-get -q -o APT::Sandbox::User= download "$$(apt-cache depends linux-image-cloud-amd64 | sed -n '/Depends: linux-image/{s/.*: //p;q}')" && \
	dpkg-deb --fsys-tarfile *.deb | tar -xO --wildcards './boot/vmlinuz-*' >vmlinuz ) && mv "$$dir/vmlinuz" $@

bench: ## measure the host against a reverse proxy; PEERS=1 adds other hosts; BENCHFLAGS='-compare FILE' compares with a result, '-maru PATH' with another maru
	go run ./local/bench $(if $(PEERS),-peers) $(BENCHFLAGS)

# go test fuzzes one target at a time, so list them and take them in turn.
fuzz: ## run each fuzz target for FUZZTIME (10s)
	@list=$$(go test -list '^Fuzz' ./...) && echo "$$list" | \
	awk '/^Fuzz/ {names[++n] = $$1} /^ok/ {for (; n > 0; n--) print $$2, names[n]}' | \
	while read -r package name; do \
		echo "$$package $$name"; \
		go test -run '^$$' -fuzz "^$$name$$" -fuzztime $(FUZZTIME) "$$package" </dev/null || exit 1; \
	done

sam-local: ## run the README's shopping on the real sam local start-api; needs Docker, sam and redis-server; FLAGS='--skip-pull-image' adds flags
	@.ci/sam-local $(FLAGS)

# Static, because provided.al2023 may have an older C library than this machine;
# without aws-lambda-go's RPC mode, which only the retired go1.x runtime used;
# without paths and revision, so that code that did not change is not deployed.
artifacts: export CGO_ENABLED = 0
artifacts: export GOFLAGS = -tags=lambda.norpc -ldflags=-s -trimpath -buildvcs=false
artifacts:
	sam build $(BUILDFLAGS)

# Not --guided: it takes no empty answer for a parameter that it hides (RedisUrl).
deploy: artifacts ## build with sam and deploy to AWS as STACK (maru); FLAGS='--region eu-west-1' adds flags
	sam deploy --stack-name $(STACK) --resolve-s3 --capabilities CAPABILITY_IAM --no-fail-on-empty-changeset $(FLAGS)
